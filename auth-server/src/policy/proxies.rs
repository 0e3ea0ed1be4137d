use std::{fmt, net::IpAddr};

use ipnet::IpNet;
use serde::Deserialize;

/// Proxies that stand in front of the server. What they say of their clients' addresses is believed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Proxies {
    /// Their addresses; nobody is trusted unless named.
    pub trusted: Vec<Network>,
}

/// An address, or a network of them: `127.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

/// Why a text is no network that can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError {
    text: String,
    problem: String,
}

impl Proxies {
    /// Whether this is the address of one of them. One of IPv4 is known in the clothes of IPv6, too.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|one| one.0.contains(&address))
    }
}

impl Network {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// [`NetworkError`] if it is none, if it has bits behind its prefix, as a slip of the pen has, if
    /// it is of IPv4 and written as IPv6, or if it is everybody.
    pub fn new(text: &str) -> Result<Network, NetworkError> {
        let wrong = |problem: String| NetworkError {
            text: text.to_owned(),
            problem,
        };
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().map_err(|_| {
                wrong("is no address or network, such as 127.0.0.1 or 10.0.0.0/8".into())
            })?,
        };
        if network.prefix_len() == 0 {
            return Err(wrong(
                "is everybody: then each client could choose its address".into(),
            ));
        }
        if network.trunc() != network {
            return Err(wrong(format!(
                "has bits behind its prefix: is {} meant?",
                network.trunc()
            )));
        }
        match network {
            IpNet::V6(six) if six.addr().to_ipv4_mapped().is_some() => {
                Err(wrong("is of IPv4: write it as such".into()))
            }
            network => Ok(Network(network)),
        }
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Network, NetworkError> {
        Network::new(&text)
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.text, self.problem)
    }
}

impl std::error::Error for NetworkError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_named_is_trusted() {
        let trusted = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"];
        let trusted = trusted.map(|text| Network::new(text).expect("a network"));
        let proxies = Proxies {
            trusted: trusted.to_vec(),
        };
        for (address, is_trusted) in [
            ("127.0.0.1", true),
            ("::ffff:127.0.0.1", true),
            ("127.0.0.2", false),
            ("10.255.0.1", true),
            ("11.0.0.1", false),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
            ("::1", false),
        ] {
            let parsed = address.parse().expect("an address");
            assert_eq!(proxies.contains(parsed), is_trusted, "{address}");
            assert!(!Proxies::default().contains(parsed), "{address}");
        }
    }

    #[test]
    fn what_can_never_be_meant_is_told() {
        for (text, part) in [
            ("10.0.0.1/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "everybody"),
            ("::/0", "everybody"),
            ("::ffff:10.0.0.0/104", "IPv4"),
            ("::ffff:10.0.0.1", "IPv4"),
            ("10.0.0.0/33", "no address"),
            ("proxy.example.com", "no address"),
            ("", "no address"),
        ] {
            let problem = Network::new(text).expect_err(text).to_string();
            assert!(problem.contains(part), "{problem}");
        }
    }
}
