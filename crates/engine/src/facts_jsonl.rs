use std::io::{self, Write};

use matchday_event::{Fact, GameId, Seq};

/// Writes facts as JSON lines, each a CloudEvents 1.0 envelope in structured form. The id is
/// `<game>/<seq>/<n>`, so that the same log gives the same bytes; a fact has no time of its own, since
/// nothing in the match gave it one.
pub fn write_facts_jsonl(
    out: &mut impl Write,
    game: &GameId,
    seq: Seq,
    facts: &[Fact],
) -> io::Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    // One buffer and one write for all facts of a signal. A game id is safe in JSON as it stands.
    let mut line = Vec::with_capacity(facts.len() * 800);
    for (n, fact) in facts.iter().enumerate() {
        write!(
            line,
            r#"{{"specversion":"1.0","id":"{game}/{seq}/{n}","source":"/sense/game","type":"{}","subject":"{game}","data":"#,
            fact.event_type()
        )?;
        serde_json::to_writer(&mut line, fact)?;
        line.extend_from_slice(b"}\n");
    }
    out.write_all(&line)
}
