//! A worker with one source, which addresses below `/trial/` open. The browser tests serve it in the reader's place.

mod source;

use callscope::web::message::Attachments;
use callscope::web::worker::{Host, Role, carry_out, serve};
use callscope::wire::{DataSet, MemberSource, Open, ToReader};

#[derive(Default)]
struct Trial;

impl Role for Trial {
    type Message = ToReader;

    fn receive(host: &Host<Self>, message: ToReader, _: Attachments) {
        let ToReader::Open(Open { load, name, members, .. }) = message else { return };
        let Some((MemberSource::Url { url, .. }, _)) = members.first() else { return };
        let Some((base, _)) = url.rsplit_once("/trial/") else { return };
        let (source, set) = source::Trial::open(format!("{base}/trial/"));
        let message = host.engine.borrow_mut().open(load, Box::new(source), DataSet { name, ..set });
        host.send(&message);
    }

    fn carry_out(host: &Host<Self>) {
        carry_out(host);
    }
}

fn main() {
    serve::<Trial>();
}
