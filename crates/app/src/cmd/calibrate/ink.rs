//! Colours that a page's theme decides. Plotters writes colours into an SVG as numbers; each of ours is a number that
//! nobody would pick, and stands for a CSS variable once the drawing is done, so that one picture is dark and light.

use plotters::style::{Color, RGBAColor, RGBColor};

/// A colour by its place in [`TOKENS`].
#[derive(Debug, Clone, Copy)]
pub struct Ink(u8);

/// The ground of a picture.
pub const SURFACE: Ink = Ink(0);
/// Rules and grids.
pub const LINE: Ink = Ink(1);
/// Words.
pub const TEXT: Ink = Ink(2);
/// Lesser words.
pub const MUTED: Ink = Ink(3);
/// The home side.
pub const HOME: Ink = Ink(4);
/// The visitors.
pub const AWAY: Ink = Ink(5);
/// A model's own colour, by its place.
pub fn of_model(at: usize) -> Ink {
    Ink(6 + (at % 4) as u8)
}

/// Dash and gap of the line at this place, in pixels; `None` for one without gaps.
pub fn dash(at: usize) -> Option<(u32, u32)> {
    match at {
        0 | 1 => None,
        2 => Some((14, 8)),
        _ => Some((4, 7)),
    }
}

/// Name, dark, light: those of the web app, and four hues that differ in lightness too.
const TOKENS: [(&str, &str, &str); 10] = [
    ("surface", "#14171c", "#ffffff"),
    ("line", "#2a2f38", "#d8dde4"),
    ("text", "#eceef1", "#12161c"),
    ("muted", "#a0a9b6", "#56606e"),
    ("home", "#4f9cf0", "#1c5fb0"),
    ("away", "#f0a04b", "#a85400"),
    ("one", "#62b0ff", "#1559a8"),
    ("two", "#f3b45f", "#964b00"),
    ("three", "#5fd3a1", "#0b6b43"),
    ("four", "#d79bf5", "#7a2da8"),
];

impl Ink {
    /// As plotters takes it.
    pub fn rgb(self) -> RGBColor {
        RGBColor(1, 0, self.0)
    }

    /// The same, seen through.
    pub fn mix(self, share: f64) -> RGBAColor {
        self.rgb().mix(share)
    }

    /// As a style sheet names it.
    pub fn css(self) -> String {
        format!("var(--{})", TOKENS[usize::from(self.0)].0)
    }
}

/// The variables, dark and light by the reader's choice.
pub fn css(root: &str) -> String {
    let of = |pick: fn(&(&str, &str, &str)) -> (String, String)| {
        let rules = TOKENS.iter().map(pick);
        rules
            .map(|(name, colour)| format!("--{name}:{colour};"))
            .collect::<String>()
    };
    let dark = of(|(name, dark, _)| ((*name).to_owned(), (*dark).to_owned()));
    let light = of(|(name, _, light)| ((*name).to_owned(), (*light).to_owned()));
    format!("{root}{{{dark}}}@media(prefers-color-scheme:light){{{root}{{{light}}}}}")
}

/// A picture with what it says for those who do not see it.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its name in files and anchors.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub says: String,
    /// What plotters drew.
    drawn: String,
}

impl Picture {
    /// Takes a drawing over.
    pub fn new(slug: &str, title: String, says: String, drawn: &str) -> Self {
        let mut drawn = drawn.to_owned();
        for (at, (name, _, _)) in TOKENS.iter().enumerate() {
            drawn = drawn.replace(&format!("\"#0100{at:02X}\""), &format!("\"var(--{name})\""));
        }
        Self {
            slug: slug.to_owned(),
            title,
            says,
            drawn,
        }
    }

    /// To stand in a page that has the variables.
    pub fn inline(&self) -> String {
        self.with("")
    }

    /// A file of its own.
    pub fn file(&self) -> String {
        let style = css("svg");
        let font = "text{font-family:system-ui,sans-serif;font-variant-numeric:tabular-nums}";
        self.with(&format!(
            "<style>{style}svg{{background:var(--surface)}}{font}</style>"
        ))
    }

    fn with(&self, style: &str) -> String {
        let body = self.drawn.find("viewBox").unwrap_or(0);
        let rest = &self.drawn[body..];
        let end = rest.find('>').map_or(0, |at| at + 1);
        format!(
            "<svg role=\"img\" aria-labelledby=\"{slug}-title {slug}-says\" {head}\n\
             <title id=\"{slug}-title\">{title}</title>\n<desc id=\"{slug}-says\">{says}</desc>{style}{body}",
            slug = self.slug,
            head = &rest[..end],
            title = escaped(&self.title),
            says = escaped(&self.says),
            body = &rest[end..],
        )
    }
}

/// Text within HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A name as a file or an anchor may have it.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c.is_ascii_alphanumeric() {
            true => slug.push(c.to_ascii_lowercase()),
            false if !slug.ends_with('-') => slug.push('-'),
            false => {}
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawings_colours_become_the_themes() {
        let drawn = "<svg width=\"2\" height=\"1\" viewBox=\"0 0 2 1\" xmlns=\"x\">\n<rect fill=\"#010004\"/>\n</svg>";
        let picture = Picture::new("a", "A & B".into(), "says".into(), drawn);
        let inline = picture.inline();
        assert!(inline.contains("fill=\"var(--home)\"") && inline.contains("A &amp; B"));
        assert!(
            !inline.contains("width=\"2\""),
            "it takes the width it is given: {inline}"
        );
        assert!(picture.file().contains("prefers-color-scheme:light"));
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(
            slug("wp_spread@6a47 without spread"),
            "wp-spread-6a47-without-spread"
        );
    }
}
