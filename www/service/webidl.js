// What Web IDL does for a browser's own interfaces: conversion of arguments (TypeError for another type), and the shape of a class.

/** Not exported from index.js, so that no page can call a constructor. */
export const INTERNAL = Symbol('internal');

export function assertInternal(token) {
  if (token !== INTERNAL) throw new TypeError('Illegal constructor');
}

export function requireArgument(passed) {
  if (passed.length === 0) throw new TypeError('1 argument required, but only 0 present.');
}

export function dictionary(value) {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' && typeof value !== 'function') throw new TypeError('options is not an object.');
  return value;
}

/** The first value is the default. */
export function enumeration(name, value, values) {
  if (value === undefined) return values[0];
  const text = `${value}`;
  if (!values.includes(text)) throw new TypeError(`${name} is not one of ${values.join(', ')}.`);
  return text;
}

export function optionalString(value) {
  return value === undefined ? undefined : `${value}`;
}

export function stringSequence(name, value) {
  if (value === undefined) return [];
  if (typeof value === 'string' || !value?.[Symbol.iterator]) throw new TypeError(`${name} is not a sequence.`);
  return Array.from(value, (item) => `${item}`);
}

/** One of a frame will do. */
export function optionalSignal(value) {
  if (value === undefined) return undefined;
  if (Object.prototype.toString.call(value) !== '[object AbortSignal]') throw new TypeError('signal is not an AbortSignal.');
  return value;
}

export function creationOptions(value) {
  const { monitor, sharedContext, signal } = dictionary(value);
  if (monitor !== undefined && typeof monitor !== 'function') throw new TypeError('monitor is not a function.');
  return { monitor, sharedContext: optionalString(sharedContext) ?? '', signal: optionalSignal(signal) };
}

/** Makes a class look like one of the browser's: enumerable members, and a name in `Object.prototype.toString`. */
export function defineInterface(Interface) {
  for (const owner of [Interface, Interface.prototype]) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (['constructor', 'prototype', 'name', 'length'].includes(name)) continue;
      Object.defineProperty(owner, name, { ...property, enumerable: true });
    }
  }
  Object.defineProperty(Interface.prototype, Symbol.toStringTag, { value: Interface.name, configurable: true });
}
