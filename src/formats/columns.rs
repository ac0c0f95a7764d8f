//! The two column layouts of Dokku's tables: that of `column -t -s,` for shell plugins' help and
//! that of the compiled plugins, and the cut of arguments in plain help (reference 01 §7).

/// Lays lines out as `column -c2 -t -s,` does (reference 01 §7.2): cells are separated by commas,
/// keep their leading blanks, and all but the last column are padded to the widest cell plus two
/// blanks. Blank lines vanish.
pub fn comma_columns<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let rows: Vec<Vec<&str>> = lines
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split(',').collect())
        .collect();
    let widths = widths(&rows);
    let padded = widths.len().saturating_sub(1);
    let row_text = |row: &Vec<&str>| {
        let mut text = String::new();
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).copied().unwrap_or_default();
            text.push_str(cell);
            if column < padded {
                push_blanks(&mut text, width + 2 - characters(cell));
            }
        }
        text
    };
    rows.iter().map(row_text).collect()
}

/// Lays rows out as the compiled plugins do (reference 01 §7.4): each cell trimmed, two blanks
/// between columns, the last cell of a row not padded, `prefix` in front of each line.
pub fn go_columns<R: AsRef<[S]>, S: AsRef<str>>(rows: &[R], prefix: &str) -> Vec<String> {
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| {
            row.as_ref()
                .iter()
                .map(|cell| cell.as_ref().trim())
                .collect()
        })
        .collect();
    let widths = widths(&rows);
    let row_text = |row: &Vec<&str>| {
        let mut text = prefix.to_owned();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            text.push_str(cell);
            if column + 1 < row.len() {
                push_blanks(&mut text, width + 2 - characters(cell));
            }
        }
        text
    };
    rows.iter().map(row_text).collect()
}

/// Removes the arguments from a line of plain `dokku help`: from the first blank that one of
/// `[ < ( \` follows, up to the last comma (reference 01 §7.1).
pub fn cut_arguments(line: &str) -> String {
    let is_start = |(at, c): &(usize, char)| {
        let next = line.get(at + c.len_utf8()..).unwrap_or_default();
        c.is_whitespace() && next.starts_with(['[', '<', '(', '\\'])
    };
    let start = line.char_indices().find(is_start).map(|(at, _)| at);
    let cut = start.and_then(|at| {
        let (kept, removed) = line.split_at_checked(at)?;
        let (_, description) = removed.rsplit_once(',')?;
        Some(format!("{kept},{description}"))
    });
    cut.unwrap_or_else(|| line.to_owned())
}

fn widths(rows: &[Vec<&str>]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = characters(cell).max(*width);
        }
    }
    widths
}

fn characters(cell: &str) -> usize {
    cell.chars().count()
}

fn push_blanks(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lines_have_three_blanks_after_the_widest_name() {
        let lines = [
            "    apps, Manage apps",
            "",
            "    docker-options, Manage docker options",
        ];
        assert_eq!(
            comma_columns(lines),
            [
                "    apps             Manage apps",
                "    docker-options   Manage docker options"
            ]
        );
    }

    #[test]
    fn comma_columns_lay_out_as_the_program_column_does() {
        let lines = ["a,b,c", "longer,x", "", "    ", "q,,z", " one", ",,"];
        assert_eq!(
            comma_columns(lines),
            [
                "a       b  c",
                "longer  x  ",
                "q          z",
                " one       ",
                "           "
            ]
        );
        assert_eq!(comma_columns(["single", "x"]), ["single", "x"]);
    }

    #[test]
    fn go_columns_trim_cells_and_never_pad_the_last_one() {
        let rows = vec![
            vec!["config (<app>|--global)", " Pretty-print"],
            vec![" config:get KEY", "Display"],
            vec!["alone"],
        ];
        assert_eq!(
            go_columns(&rows, "    "),
            [
                "    config (<app>|--global)  Pretty-print",
                "    config:get KEY           Display",
                "    alone"
            ]
        );
    }

    #[test]
    fn widths_count_characters() {
        assert_eq!(
            go_columns(&[vec!["é", "x"], vec!["ab", "y"]], ""),
            ["é   x", "ab  y"]
        );
        assert_eq!(comma_columns(["é,x", "ab,y"]), ["é   x", "ab  y"]);
    }

    #[test]
    fn plain_help_loses_arguments_up_to_the_last_comma() {
        for (line, cut) in [
            ("    cleanup [<app>], Cleans up", "    cleanup, Cleans up"),
            ("    ps <app>, List", "    ps, List"),
            ("    config (<app>|--global), Pretty", "    config, Pretty"),
            ("    x [a, b], Text", "    x, Text"),
            ("    help , Print", "    help , Print"),
            (
                "    urls, Show (all) of them",
                "    urls, Show (all) of them",
            ),
            ("    a, b (c), d", "    a, b, d"),
            ("    x \\y", "    x \\y"),
        ] {
            assert_eq!(cut_arguments(line), cut, "{line}");
        }
    }
}
