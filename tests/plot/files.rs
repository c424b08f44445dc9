use std::fs;
use std::path::PathBuf;

/// Temporary directory of a test, removed when dropped.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mlp-plot-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Pixels of a PNG file.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    pub fn read(path: PathBuf) -> Self {
        let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap())).read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        Self { width: info.width as usize, height: info.height as usize, rgb }
    }

    pub fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        self.rgb[(y * self.width + x) * 3..][..3].try_into().unwrap()
    }

    /// Returns the positions of a color.
    pub fn places(&self, color: [u8; 3]) -> Vec<(usize, usize)> {
        let all = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        all.filter(|&(x, y)| self.pixel(x, y) == color).collect()
    }

    /// Checks that the border is white, so that nothing is cut off.
    pub fn assert_border_is_white(&self) {
        let across = (0..self.width).flat_map(|x| [(x, 0), (x, self.height - 1)]);
        let down = (0..self.height).flat_map(|y| [(0, y), (self.width - 1, y)]);
        for (x, y) in across.chain(down) {
            assert_eq!(self.pixel(x, y), [255; 3], "({x}, {y})");
        }
    }
}

/// SVG element written by plotters: attributes and text.
pub struct Element {
    line: String,
    pub text: String,
}

impl Element {
    /// Returns all elements with this name, in order.
    pub fn all(svg: &str, name: &str) -> Vec<Self> {
        let opened = format!("<{name} ");
        let element = |rest: &str| {
            let (line, after) = rest.split_once('>').unwrap();
            let text = if line.ends_with('/') { "" } else { after.split('<').next().unwrap().trim() };
            Self { line: line.into(), text: text.into() }
        };
        svg.split(&opened).skip(1).map(element).collect()
    }

    pub fn attribute(&self, name: &str) -> &str {
        let rest = self.line.split(&format!("{name}=\"")).nth(1).unwrap_or_else(|| panic!("{name} in {}", self.line));
        rest.split('"').next().unwrap()
    }

    /// Parses an attribute in pixels.
    pub fn number(&self, name: &str) -> f64 {
        self.attribute(name).parse::<f64>().unwrap() / 8.0
    }
}

/// Returns the position of a text in pixels.
pub fn text_at(svg: &str, text: &str) -> (f64, f64) {
    let texts = Element::all(svg, "text");
    let found = texts.iter().find(|element| element.text == text).unwrap_or_else(|| panic!("no {text}"));
    (found.number("x"), found.number("y"))
}
