// What Web IDL does for a browser's own interfaces: conversion of arguments, and the shape of a class.

/** What a page may not pass to a constructor, because it is not exported from index.js. */
export const INTERNAL = Symbol('internal');

/** Throws unless a constructor is called from inside this module. */
export function assertInternal(token) {
  if (token !== INTERNAL) throw new TypeError('Illegal constructor');
}

/** Throws unless so many arguments were passed. */
export function requireArguments(passed, required) {
  if (passed < required) throw new TypeError(`${required} argument required, but only ${passed} present.`);
}

/** A dictionary: an object, or nothing. */
export function dictionary(value) {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' && typeof value !== 'function') throw new TypeError('The options are not an object.');
  return value;
}

/** A value of an enumeration, the first of which is the default. */
export function enumeration(name, value, values, fallback = values[0]) {
  if (value === undefined) return fallback;
  const text = `${value}`;
  if (!values.includes(text)) throw new TypeError(`${name} is "${text}", but must be one of ${values.join(', ')}.`);
  return text;
}

/** A string, or undefined. */
export function optionalString(value) {
  return value === undefined ? undefined : `${value}`;
}

/** A sequence of strings; empty where there is none. */
export function stringSequence(name, value) {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object' || typeof value[Symbol.iterator] !== 'function') {
    throw new TypeError(`${name} is not a sequence.`);
  }
  return Array.from(value, (item) => `${item}`);
}

/** An AbortSignal, or undefined; one of a frame will do. */
export function optionalSignal(value) {
  if (value === undefined) return undefined;
  if (Object.prototype.toString.call(value) !== '[object AbortSignal]') throw new TypeError('signal is not an AbortSignal.');
  return value;
}

/** A function, or undefined. */
export function optionalCallback(name, value) {
  if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} is not a function.`);
  return value;
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
