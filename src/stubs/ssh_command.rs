pub fn split_plain(t: &str) -> Vec<String> {
    t.split_whitespace().map(str::to_owned).collect()
}
pub fn split_quoted(t: &str) -> Result<Vec<String>, String> {
    shell_words::split(t).map_err(|e| e.to_string())
}
