//! A web server for the addresses of containers: health checks really reach something.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// Containers with an address that answers.
const HOSTS: std::ops::RangeInclusive<u8> = 2..=7;

/// Listeners on a subnet of the loopback network that no other world uses.
pub struct Backend {
    subnet: String,
}

impl Backend {
    /// Answers every request to any of the addresses with status 200 and a body.
    pub fn start(port: u16, body: &'static str) -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let process = std::process::id() % 250 + 1;
            let subnet = format!("127.{process}.{}", number % 250);
            let bound: Result<Vec<TcpListener>, _> = HOSTS
                .map(|host| TcpListener::bind(format!("{subnet}.{host}:{port}")))
                .collect();
            if let Ok(listeners) = bound {
                for listener in listeners {
                    std::thread::spawn(move || serve(&listener, body));
                }
                return Self { subnet };
            }
            assert!(number < 1000, "no free loopback addresses for port {port}");
        }
    }

    /// The first three numbers of the addresses.
    pub fn subnet(&self) -> &str {
        &self.subnet
    }
}

/// Serves until the test process ends.
fn serve(listener: &TcpListener, body: &str) {
    for stream in listener.incoming().flatten() {
        // A client that goes away is its own affair.
        let _ = answer(stream, body);
    }
}

fn answer(mut stream: TcpStream, body: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut request = Vec::new();
    let mut chunk = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            read => request.extend_from_slice(&chunk[..read]),
        }
    }
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
