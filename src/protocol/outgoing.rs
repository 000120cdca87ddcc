//! What an engine sends: a final reply that cannot be written becomes a failure, so that no job waits for ever.

use super::{EngineMessage, Failure, FailureKind, JobId, Reply};

/// Writes a reply by `write`. A final reply that cannot be written is replaced by a failure of its job. Any other is left out: the job
/// goes on, and its final reply is still to come.
pub fn write_message<T, E: std::fmt::Display>(
    job: JobId,
    reply: Reply,
    write: impl Fn(&EngineMessage) -> Result<T, E>,
) -> Option<T> {
    let message = EngineMessage { job, reply };
    match write(&message) {
        Ok(written) => Some(written),
        Err(error) if message.reply.is_final() => {
            let message = format!("The engine's answer cannot be sent ({error}). Please report it.");
            write(&EngineMessage { job, reply: Reply::Failed(Failure { kind: FailureKind::Internal, message }) }).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Activity, ModelSummary};

    /// As JavaScript's numbers do: a larger one than they hold exactly cannot be written.
    fn as_javascript(message: &EngineMessage) -> Result<serde_json::Value, String> {
        fn check(value: &serde_json::Value) -> Result<(), String> {
            match value {
                serde_json::Value::Number(number) if number.as_u64().is_some_and(|number| number > (1 << 53) - 1) => {
                    Err(format!("{number} can't be represented as a JavaScript number"))
                }
                serde_json::Value::Array(elements) => elements.iter().try_for_each(check),
                serde_json::Value::Object(fields) => fields.values().try_for_each(check),
                _ => Ok(()),
            }
        }
        let value = serde_json::to_value(message).map_err(|error| error.to_string())?;
        check(&value).map(|()| value)
    }

    fn catalogue(bytes: u64) -> Reply {
        let (task, name, description) = ("digits".into(), "digits".into(), String::new());
        Reply::Catalogue { models: vec![ModelSummary { task, name, description, bytes }] }
    }

    #[test]
    fn a_final_reply_that_cannot_be_written_fails_its_job() {
        let good = write_message(JobId(3), catalogue((1 << 53) - 1), as_javascript).expect("written");
        assert_eq!(good["reply"]["type"], "catalogue");
        let failed = write_message(JobId(3), catalogue(1 << 53), as_javascript).expect("written");
        assert_eq!((failed["job"].as_u64(), failed["reply"]["type"].as_str()), (Some(3), Some("failed")));
        let message = failed["reply"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("9007199254740992"), "{message}");
    }

    #[test]
    fn a_step_that_cannot_be_written_does_not_end_its_job() {
        let step = Reply::Progress { doing: Activity::Fetching, done: 1, total: u64::MAX };
        assert_eq!(write_message(JobId(3), step, as_javascript), None);
    }
}
