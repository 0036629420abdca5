//! Against a small server on the loopback, which answers what a test says, also what no resolver should.

use super::*;
use hickory_proto::rr::Record;
use hickory_proto::rr::rdata::{A, CNAME, MX, TXT};
use tokio::net::TcpListener;

/// What is sent back to a question, one datagram after another.
type Answers = fn(&Message) -> Vec<Vec<u8>>;

/// Serves over UDP and, where there is something to say, over TCP at the same port.
async fn serves(over_udp: Answers, over_tcp: Option<Answers>) -> String {
    let (udp, tcp) = loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // Another program may have the port for the other protocol.
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
            break (udp, tcp);
        }
    };
    let address = udp.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = udp.recv_from(&mut buffer).await {
            for answer in over_udp(&Message::from_vec(&buffer[..length]).unwrap()) {
                udp.send_to(&answer, from).await.unwrap();
            }
        }
    });
    if let Some(over_tcp) = over_tcp {
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = tcp.accept().await {
                let mut asked = vec![0; stream.read_u16().await.unwrap().into()];
                stream.read_exact(&mut asked).await.unwrap();
                for answer in over_tcp(&Message::from_vec(&asked).unwrap()) {
                    let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
                    stream.write_all(&[&length[..], &answer].concat()).await.unwrap();
                }
            }
        });
    }
    address
}

/// Makes an answer to a question.
fn answer(question: &Message, change: impl FnOnce(&mut Message)) -> Vec<u8> {
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.queries = question.queries.clone();
    answer.metadata.recursion_available = true;
    change(&mut answer);
    answer.to_vec().unwrap()
}

fn record(name: &str, data: RData) -> Record {
    Record::from_rdata(Name::from_ascii(format!("{name}.")).unwrap(), 60, data)
}

fn a(name: &str, last: u8) -> Record {
    record(name, RData::A(A::new(203, 0, 113, last)))
}

async fn said(resolver: &str, name: &str, kind: &str) -> DnsAnswer {
    said_by(resolver, &question(name, kind).unwrap(), Duration::from_secs(30)).await.1
}

fn records(records: &[&str]) -> DnsAnswer {
    DnsAnswer::Records(records.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn the_records_of_the_type_that_is_asked_for_are_read_along_the_aliases() {
    let server = serves(
        |asked| {
            vec![answer(asked, |answer| {
                let alias = |to: &str| RData::CNAME(CNAME(Name::from_ascii(to).unwrap()));
                answer.add_answer(record("api.example.com", alias("edge.example.net.")));
                answer.add_answer(a("edge.example.net", 7));
                answer.add_answer(a("edge.example.net", 8));
                // It belongs to another name, and nobody asked for it.
                answer.add_answer(a("other.example.net", 9));
                answer.add_answer(record("api.example.com", RData::TXT(TXT::new(vec!["v=1 ".into(), "all".into()]))));
                answer.add_answer(record(
                    "api.example.com",
                    RData::MX(MX::new(10, Name::from_ascii("mail.example.com.").unwrap())),
                ));
            })]
        },
        None,
    )
    .await;
    assert_eq!(said(&server, "api.example.com", "A").await, records(&["203.0.113.7", "203.0.113.8"]));
    assert_eq!(
        said(&server, "API.example.com.", "A").await,
        records(&["203.0.113.7", "203.0.113.8"]),
        "in any letters"
    );
    assert_eq!(said(&server, "api.example.com", "CNAME").await, records(&["edge.example.net."]));
    assert_eq!(said(&server, "api.example.com", "TXT").await, records(&["v=1 all"]));
    assert_eq!(said(&server, "api.example.com", "MX").await, records(&["10 mail.example.com."]));
    assert_eq!(said(&server, "api.example.com", "AAAA").await, records(&[]));
}

#[tokio::test]
async fn that_there_is_no_such_name_is_an_answer_and_trouble_is_none() {
    let server = serves(
        |asked| {
            vec![answer(asked, |answer| {
                let name = asked.queries[0].name().to_string();
                answer.metadata.response_code = match name.as_str() {
                    "gone.example.com." => ResponseCode::NXDomain,
                    "broken.example.com." => ResponseCode::ServFail,
                    "refused.example.com." => ResponseCode::Refused,
                    _ => ResponseCode::NoError,
                };
                answer.metadata.recursion_available = name != "elsewhere.example.com.";
            })]
        },
        None,
    )
    .await;
    assert_eq!(said(&server, "gone.example.com", "A").await, DnsAnswer::NoSuchName);
    assert_eq!(said(&server, "empty.example.com", "A").await, records(&[]));
    for (name, words) in [
        ("broken.example.com", "does not answer: Server Failure"),
        ("refused.example.com", "does not answer: Query Refused"),
        ("elsewhere.example.com", "neither knows the name nor asks others"),
    ] {
        assert_eq!(said(&server, name, "A").await, DnsAnswer::None(words.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn behind_an_alias_a_name_may_be_absent_or_not_resolved_by_who_only_knows_the_alias() {
    let server = serves(
        |asked| {
            vec![answer(asked, |answer| {
                let name = asked.queries[0].name().to_string();
                let alias = RData::CNAME(CNAME(Name::from_ascii("edge.example.net.").unwrap()));
                answer.add_answer(record(name.trim_end_matches('.'), alias));
                if name == "gone.example.com." {
                    answer.metadata.response_code = ResponseCode::NXDomain;
                }
                answer.metadata.authoritative = true;
                answer.metadata.recursion_available = name == "empty.example.com.";
            })]
        },
        None,
    )
    .await;
    let gone = DnsAnswer::NoSuchAlias("edge.example.net".to_owned());
    assert_eq!(said(&server, "gone.example.com", "A").await, gone);
    assert_eq!(said(&server, "gone.example.com", "CNAME").await, records(&["edge.example.net."]));
    assert_eq!(said(&server, "empty.example.com", "A").await, records(&[]));
    let says = "says that it is an alias for edge.example.net, and does not resolve that";
    assert_eq!(said(&server, "api.example.com", "A").await, DnsAnswer::None(says.to_owned()));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_over_tcp() {
    let cut: Answers = |asked| {
        vec![answer(asked, |answer| {
            answer.metadata.truncation = true;
            answer.add_answer(a("api.example.com", 1));
        })]
    };
    let whole: Answers = |asked| {
        vec![answer(asked, |answer| {
            answer.add_answer(a("api.example.com", 7));
        })]
    };
    assert_eq!(said(&serves(cut, Some(whole)).await, "api.example.com", "A").await, records(&["203.0.113.7"]));
    let another: Answers = |asked| vec![answer(asked, |answer| answer.metadata.id ^= 1)];
    let says = said(&serves(cut, Some(another)).await, "api.example.com", "A").await;
    assert_eq!(says, DnsAnswer::None("answered another question over TCP".to_owned()), "half an answer is none");
}

#[tokio::test]
async fn an_answer_to_another_question_is_not_heard() {
    let server = serves(
        |asked| {
            let right = |answer: &mut Message| {
                answer.add_answer(a("api.example.com", 7));
            };
            let wrong = |answer: &mut Message| {
                answer.add_answer(a("api.example.com", 66));
            };
            let other_id = answer(asked, |answer| {
                wrong(answer);
                answer.metadata.id ^= 1;
            });
            let other_name = answer(asked, |answer| {
                wrong(answer);
                answer.queries = vec![Query::query(Name::from_ascii("evil.example.com.").unwrap(), RecordType::A)];
            });
            let no_answer = answer(asked, |answer| {
                wrong(answer);
                answer.metadata.message_type = MessageType::Query;
            });
            vec![other_id, other_name, no_answer, b"no message at all".to_vec(), answer(asked, right)]
        },
        None,
    )
    .await;
    assert_eq!(said(&server, "api.example.com", "A").await, records(&["203.0.113.7"]));
}

#[tokio::test]
async fn an_answer_from_somebody_else_is_not_heard() {
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut buffer = [0; 512];
        while let Ok((length, from)) = server.recv_from(&mut buffer).await {
            let asked = Message::from_vec(&buffer[..length]).unwrap();
            let of = |last| {
                answer(&asked, |answer| {
                    answer.add_answer(a("api.example.com", last));
                })
            };
            other.send_to(&of(66), from).await.ok();
            server.send_to(&of(7), from).await.unwrap();
        }
    });
    assert_eq!(said(&address, "api.example.com", "A").await, records(&["203.0.113.7"]));
}

#[tokio::test]
async fn who_is_silent_is_asked_three_times_and_no_longer_than_there_is_time() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let address = silent.local_addr().unwrap();
    let question = question("api.example.com", "A").unwrap();
    let sent = question.to_vec().unwrap();
    let patience = Duration::from_millis(20);
    assert_eq!(over_udp(address, &question, (&sent, patience)).await.unwrap(), None);
    let mut buffer = [0; 512];
    let mut asked = 0;
    while silent.recv(&mut buffer).is_ok() {
        asked += 1;
    }
    assert_eq!(asked, TRIES);
    let says = said_by(&address.to_string(), &question, patience).await.1;
    assert_eq!(says, DnsAnswer::None("did not answer in time".to_owned()));
}

#[tokio::test]
async fn of_the_resolvers_of_this_machine_the_first_that_answers_counts() {
    let broken =
        serves(|asked| vec![answer(asked, |answer| answer.metadata.response_code = ResponseCode::ServFail)], None)
            .await;
    let good = serves(
        |asked| {
            vec![answer(asked, |answer| {
                answer.add_answer(a("api.example.com", 7));
            })]
        },
        None,
    )
    .await;
    let question = question("api.example.com", "A").unwrap();
    let said = first_of(&[broken.clone(), good.clone()], &question, Duration::from_secs(30)).await;
    assert_eq!(said, (good, records(&["203.0.113.7"])));
    let said = first_of(std::slice::from_ref(&broken), &question, Duration::from_secs(30)).await;
    assert_eq!(said, (broken, DnsAnswer::None("does not answer: Server Failure".to_owned())));
}

#[tokio::test]
async fn a_resolver_is_named_by_address_or_name_with_its_port() {
    for (text, address) in [
        ("1.1.1.1", "1.1.1.1:53"),
        ("1.1.1.1:5353", "1.1.1.1:5353"),
        ("2606:4700::1111", "[2606:4700::1111]:53"),
        ("[2606:4700::1111]:5353", "[2606:4700::1111]:5353"),
    ] {
        assert_eq!(address_of(text).await.unwrap().to_string(), address);
    }
    assert_eq!(address_of("fe80::1%lo").await.unwrap().to_string(), "[fe80::1%1]:53");
    assert_eq!(address_of("[fe80::1%lo]:5353").await.unwrap().to_string(), "[fe80::1%1]:5353");
    assert_eq!(address_of("localhost:port").await.unwrap_err(), "has no port \"port\"");
    assert_eq!(address_of("localhost:5353").await.unwrap().port(), 5353);
    let text = "# nameserver 9.9.9.9\nsearch example.com\nnameserver 127.0.0.53\n nameserver\t::1 # own\n";
    assert_eq!(named_in(text), ["127.0.0.53", "::1"]);
}

#[test]
fn a_name_that_cannot_be_asked_for_is_refused() {
    assert!(question("", "A").is_err() && question(".", "A").is_err());
    assert!(question(&"a".repeat(64), "A").is_err(), "a label has 63 letters at most");
    assert!(question("_dmarc.example.com", "TXT").is_ok());
}
