pub struct Assignment {
    pub name: String,
    pub value: String,
    pub exported: bool,
}
pub fn parse(text: &str, _lookup: impl Fn(&str) -> Option<String>) -> Result<Vec<Assignment>, ()> {
    let mut v = Vec::new();
    for line in text.lines() {
        let l = line.trim();
        if l.is_empty() || l.starts_with('#') {
            continue;
        }
        let (exported, l) = match l.strip_prefix("export ") {
            Some(r) => (true, r),
            None => (false, l),
        };
        let (n, val) = l.split_once('=').ok_or(())?;
        if val.contains(['$', '`', '"', '\'', ' ']) {
            return Err(());
        }
        v.push(Assignment {
            name: n.into(),
            value: val.into(),
            exported,
        });
    }
    Ok(v)
}
