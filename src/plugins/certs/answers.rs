//! Whether anybody will answer openssl's questions. An input that has ended answers none; that is
//! found out without taking a byte away from openssl.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileTypeExt;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::ctx::{Ctx, Input};

/// An ssh session's end of input may arrive a moment after the command.
const PATIENCE_MS: u16 = 300;

/// Whether the input is at its end. One that stays open without a byte has somebody behind it.
pub fn nobody(ctx: &Ctx) -> bool {
    match &ctx.input {
        Input::Null => true,
        Input::Inherit => is_over(io::stdin().as_fd()),
        Input::File(file) => is_over(file.as_fd()),
    }
}

fn is_over(fd: BorrowedFd) -> bool {
    if fd.is_terminal() {
        return false;
    }
    let mut polled = [PollFd::new(fd, PollFlags::POLLIN)];
    let ready = poll(&mut polled, PollTimeout::from(PATIENCE_MS)).unwrap_or(0);
    let [state] = &polled;
    let events = state.revents().unwrap_or(PollFlags::empty());
    match (ready, events.contains(PollFlags::POLLIN)) {
        (0, _) => false,
        (_, false) => true,
        (_, true) => ends_here(fd).unwrap_or(false),
    }
}

/// Whether reading, which would not block, would find the end.
fn ends_here(fd: BorrowedFd) -> io::Result<bool> {
    let mut file = File::from(fd.try_clone_to_owned()?);
    let meta = file.metadata()?;
    let kind = meta.file_type();
    if kind.is_file() {
        Ok(file.stream_position()? >= meta.len())
    } else if kind.is_socket() {
        // It need not be one of TCP: peeking is the same for all.
        Ok(TcpStream::from(fd.try_clone_to_owned()?).peek(&mut [0])? == 0)
    } else if kind.is_char_device() {
        // `/dev/null`, or a device from which no person types.
        Ok(file.read(&mut [0])? == 0)
    } else {
        // A pipe is readable only while it holds something.
        Ok(false)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::{Write, pipe};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn an_open_stream_is_not_over_whether_it_holds_something_or_not() {
        let (mut reader, mut writer) = pipe().unwrap();
        assert!(!is_over(reader.as_fd()));
        writer.write_all(b"AT\n").unwrap();
        assert!(!is_over(reader.as_fd()));
        drop(writer);
        assert!(!is_over(reader.as_fd()), "what is left is an answer");
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "AT\n", "nothing was taken");
        assert!(is_over(reader.as_fd()));
    }

    #[test]
    fn a_socket_is_over_when_its_other_side_is_closed_and_read() {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        assert!(!is_over(here.as_fd()));
        there.write_all(b"x").unwrap();
        drop(there);
        assert!(!is_over(here.as_fd()));
        here.read_exact(&mut [0]).unwrap();
        assert!(is_over(here.as_fd()));
    }

    #[test]
    fn a_file_is_over_behind_its_last_byte() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"AT\n").unwrap();
        assert!(is_over(file.as_fd()));
        file.rewind().unwrap();
        assert!(!is_over(file.as_fd()));
        assert!(is_over(File::open("/dev/null").unwrap().as_fd()));
    }
}
