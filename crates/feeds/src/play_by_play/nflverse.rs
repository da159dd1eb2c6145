//! nflverse's play-by-play (nflfastR, and nflscrapR before it), as CSV or Parquet in one body.

use crate::{
    Context, FeedError, Parsed,
    table::{Companion, TableGames, TableOptions},
};

/// Reads a whole file held in memory, such as a release asset just fetched.
pub fn parse(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let options = TableOptions {
        companion: Companion::default().with_league(context.league.clone()),
    };
    let body = bytes::Bytes::copy_from_slice(body);
    let games = if body.starts_with(b"PAR1") {
        TableGames::parquet(body, options)?
    } else {
        let data = body.slice_ref(crate::body::data(&body)?);
        TableGames::csv(std::io::Cursor::new(data), options)?
    };
    let mut found = Vec::new();
    for game in games {
        let game = game?;
        if context.game.as_ref().is_none_or(|want| *want == game.game) {
            found.push(game);
        }
    }
    Ok(found)
}
