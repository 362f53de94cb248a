//! The native tests: one binary of small modules, since each binary more would link the whole product once more. Files in folders are what several share,
//! or the parts of one subject.

mod algebra;
mod bad_input;
mod beforehand;
mod costs;
mod exactness;
mod export;
mod feed;
mod feed_shapes;
mod formats;
mod kept;
mod labels;
mod links;
mod live;
mod naive;
mod oracle_properties;
mod read_ahead;
mod recorded;
mod records;
mod site;
mod sources;
mod stretches;
mod templates;
mod three_sources;
