//! A confusion matrix as a table.

use yew::prelude::*;

use crate::protocol::ClassificationMetrics;

/// A confusion matrix.
pub fn confusion_matrix(name: &'static str, report: &ClassificationMetrics) -> Html {
    html! {
        <table><caption class="caption">{ format!("{name}: how often each digit (row) was read as each digit (column)") }</caption>
            <thead><tr><td></td>{ for (0..10).map(|digit| html! { <th scope="col">{ digit }</th> }) }</tr></thead>
            <tbody>{ for report.confusion.iter().enumerate().map(|(truth, row)| html! {
                <tr><th scope="row">{ truth }</th>{ for row.iter().enumerate().map(|(answer, count)| {
                    let class = if truth == answer { "right" } else if *count > 0 { "wrong" } else { "none" };
                    html! { <td class={class}>{ if *count > 0 { count.to_string() } else { "·".into() } }</td> }
                }) }</tr>
            }) }</tbody>
        </table>
    }
}
