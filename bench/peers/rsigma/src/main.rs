//! rsigma as a contender: rsigma-driver FOLDER DATA COPIES PRODUCT SERVICE CATEGORY, "-" for a part
//! of the log source that the data does not have; "any" as PRODUCT evaluates every rule.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::time::Instant;

use rsigma_eval::{Engine, JsonEvent};
use rsigma_parser::{LogSource, SigmaCollection, parse_sigma_yaml};
use serde_json::{Value, json};

fn read_rules(folder: &str) -> SigmaCollection {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of rules")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yml"))
        .collect();
    paths.sort();
    let mut all = SigmaCollection::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a rule file");
        match parse_sigma_yaml(&text) {
            Ok(read) => {
                all.rules.extend(read.rules);
                for error in read.errors {
                    eprintln!("{}: {error}", path.display());
                }
            }
            Err(error) => eprintln!("{}: {error}", path.display()),
        }
    }
    all
}

fn part(argument: &str) -> Option<String> {
    (argument != "-").then(|| argument.to_string())
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, data, copies, product, service, category] = arguments.as_slice() else {
        panic!("usage: rsigma-driver FOLDER DATA COPIES PRODUCT SERVICE CATEGORY");
    };
    let rules = read_rules(folder);
    let mut engine = Engine::new();
    for (index, error) in engine.add_rules(&rules.rules) {
        eprintln!("{}: {error}", rules.rules[index].title);
    }
    let log_source = (product != "any").then(|| LogSource {
        product: part(product),
        service: part(service),
        category: part(category),
        ..LogSource::default()
    });
    let bytes = std::fs::read(data).expect("the data").repeat(copies.parse().expect("a number"));

    println!("{}", json!({"ready": true, "rules": engine.rule_count()}));
    for line in std::io::stdin().lock().lines() {
        assert_eq!(line.expect("a command"), "run");
        let (seconds, events, hits) = pass(&engine, log_source.as_ref(), &bytes);
        let answer = json!({"seconds": seconds, "events": events, "bytes": bytes.len(), "hits": hits});
        println!("{answer}");
        std::io::stdout().flush().expect("someone listens");
    }
}

fn pass(
    engine: &Engine,
    log_source: Option<&LogSource>,
    bytes: &[u8],
) -> (f64, u64, BTreeMap<String, u64>) {
    let mut hits = BTreeMap::new();
    let mut events = 0;
    let begin = Instant::now();
    for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let value: Value = serde_json::from_slice(line).expect("JSON");
        let event = JsonEvent::borrow(&value);
        events += 1;
        let results = match log_source {
            Some(source) => engine.evaluate_with_logsource(&event, source),
            None => engine.evaluate(&event),
        };
        for result in results {
            match hits.get_mut(&result.header.rule_title) {
                Some(count) => *count += 1,
                None => {
                    hits.insert(result.header.rule_title, 1);
                }
            }
        }
    }
    (begin.elapsed().as_secs_f64(), events, hits)
}
