//! Guide to the library, one page a topic. The same pages are in the folder `docs` of the repository.

/// A module for each page. The links of `links.md` precede the page, so rustdoc prefers them to the paths at its end.
macro_rules! pages {
    ($($name:ident: $path:literal,)*) => {$(
        #[cfg_attr(not(doctest), doc = include_str!("links.md"))]
        #[doc = include_str!($path)]
        pub mod $name {}
    )*};
}

pages! {
    quick_start: "../docs/quick-start.md",
    keras: "../docs/keras.md",
    graphs: "../docs/graphs.md",
    data: "../docs/data.md",
    training: "../docs/training.md",
    custom: "../docs/custom.md",
    derivatives: "../docs/derivatives.md",
    equations: "../docs/equations.md",
    least_squares: "../docs/least-squares.md",
    coordinates: "../docs/coordinates.md",
    many: "../docs/many.md",
    reinforcement_learning: "../docs/reinforcement-learning.md",
    files: "../docs/files.md",
    embedded: "../docs/embedded.md",
    c: "../docs/c.md",
    places: "../docs/places.md",
    workers: "../docs/workers.md",
    performance: "../docs/performance.md",
    design: "../docs/design.md",
    promises: "../docs/promises.md",
    results: "../docs/results.md",
}
