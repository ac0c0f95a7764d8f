//! What can go wrong when a template is rendered, with Go's wording (reference 45 §8).

/// A template that does not parse or whose execution failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text is no template.
    #[error("template: {name}:{line}: {text}")]
    Parse {
        /// The template's name: a file's base name, `<inline>`, `<stdin>` or `<render>`.
        name: String,
        /// Line of the fault, from 1.
        line: usize,
        /// What is wrong.
        text: String,
    },
    /// The template parsed, but a step of it failed.
    #[error("template: {name}:{line}:{column}: executing {template} at <{node}>: {text}")]
    Execution {
        /// The name of the text that holds the step.
        name: String,
        /// Line of the step, from 1.
        line: usize,
        /// Byte of the step in its line, from 0 as Go counts.
        column: usize,
        /// The (defined) template that was executed, quoted.
        template: String,
        /// The step, in canonical form.
        node: String,
        /// What is wrong.
        text: String,
    },
    /// The POSIX preprocessing of `-p` failed.
    #[error("{0}")]
    Preprocess(String),
}
