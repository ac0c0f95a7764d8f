//! What docker said about images and containers: asked once, remembered until a command that
//! changes it has run. One `inspect` answers for many containers and every question about one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::cmd::Effect;
use crate::ctx::Ctx;
use crate::tools::inspect::{Container, Image};

/// Image id and file name.
type FileKey = (String, String);

/// Remembered answers; `None` means that docker knows no such thing.
#[derive(Debug, Default)]
pub struct Facts {
    images: RefCell<BTreeMap<String, Option<Rc<Image>>>>,
    containers: RefCell<BTreeMap<String, Option<Rc<Container>>>>,
    files: RefCell<BTreeMap<FileKey, Option<Vec<u8>>>>,
}

impl Facts {
    /// Forgets what a command may have changed.
    pub fn forget(&self, effect: Effect) {
        if effect != Effect::None {
            self.containers.borrow_mut().clear();
        }
        if effect == Effect::Anything {
            self.images.borrow_mut().clear();
        }
    }
}

impl Facts {
    /// A file that was taken out of an image (by image id: an image never changes).
    pub fn file(&self, image_id: &str, name: &str) -> Option<Vec<u8>> {
        self.files
            .borrow()
            .get(&(image_id.to_owned(), name.to_owned()))
            .cloned()
            .flatten()
    }

    /// Whether a file of an image was looked for already.
    pub fn knows_file(&self, image_id: &str, name: &str) -> bool {
        self.files
            .borrow()
            .contains_key(&(image_id.to_owned(), name.to_owned()))
    }

    /// Remembers a file of an image, or that there is none.
    pub fn remember_file(&self, image_id: &str, name: &str, content: Option<Vec<u8>>) {
        self.files
            .borrow_mut()
            .insert((image_id.to_owned(), name.to_owned()), content);
    }
}

impl Ctx {
    /// An image by name, or `None` when it is not there.
    pub fn image(&self, name: &str) -> Option<Rc<Image>> {
        if name.is_empty() {
            return None;
        }
        if let Some(known) = self.facts.images.borrow().get(name) {
            return known.clone();
        }
        let output = self.output(&self.docker().image_inspect(name));
        let image = Image::parse_all(&output.stdout)
            .into_iter()
            .next()
            .map(Rc::new);
        self.facts
            .images
            .borrow_mut()
            .insert(name.to_owned(), image.clone());
        image
    }

    /// A container by id.
    pub fn container(&self, id: &str) -> Option<Rc<Container>> {
        self.containers(&[id]).pop().flatten()
    }

    /// Containers by id, in the order asked; `None` for each that is gone.
    pub fn containers<S: AsRef<str>>(&self, ids: &[S]) -> Vec<Option<Rc<Container>>> {
        let unknown: Vec<&str> = ids
            .iter()
            .map(AsRef::as_ref)
            .filter(|id| !id.is_empty() && !self.facts.containers.borrow().contains_key(*id))
            .collect();
        if !unknown.is_empty() {
            let output = self.output(&self.docker().container_inspect(&unknown));
            let found: Vec<Rc<Container>> = Container::parse_all(&output.stdout)
                .into_iter()
                .map(Rc::new)
                .collect();
            let mut known = self.facts.containers.borrow_mut();
            for id in unknown {
                let hit = found.iter().find(|c| c.id.starts_with(id) || c.name == id);
                known.insert(id.to_owned(), hit.cloned());
            }
        }
        let known = self.facts.containers.borrow();
        ids.iter()
            .map(|id| known.get(id.as_ref()).cloned().flatten())
            .collect()
    }
}
