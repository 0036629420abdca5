//! The calls of an order, in the order in which they are made. Pure: nothing is asked, nothing is sent.

use super::act::{ContainerAct, Restart};
use super::delivery::ContainerDelivery;
use super::effective::PortPublishing;
use super::names::ContainerNames;
use super::spec::{Switch, switch};
use tminus_core::order::{Call, Order, Task};

/// Said of what is done only to a container that serves.
const IF_RUNS: &str = "if it runs";
/// Said of what is set only where the engine starts it by itself.
const IF_RAISED: &str = "if its engine starts it again by itself";
/// Said of taking something away that an order before this one left.
const IF_LEFT: &str = "if one is left over";
/// Said of what is done when nobody knows what serves.
const IF_THERE: &str = "if one is there";
/// Said of the gap that a published port makes.
const GAP: &str = "if it runs; requests are refused from here until the new one listens";

/// Returns the calls for an order; none for one that delivers nothing.
///
/// A rollback starts the kept container, which takes its place in a way of its own: that of the plan it was made by.
pub(super) fn calls(
    delivery: &ContainerDelivery,
    order: &Order,
    (names, reference, kept): (&ContainerNames, &str, Option<Switch>),
) -> Vec<Call> {
    let way = switch(&delivery.ports, delivery.network.as_deref());
    let script = ContainerScript { delivery, names, way, reference };
    let Some((from, _)) = order.task.moved() else { return Vec::new() };
    let (is_known, is_restore) = (from.is_some(), matches!(order.task, Task::Restore { .. }));
    let afresh = [script.bring(), script.put(script.successor(), is_known), script.end()].concat();
    let Some(name) = names.kept.as_deref().filter(|_| is_restore) else { return afresh };
    let script = ContainerScript { way: kept.unwrap_or(way), ..script };
    let back = [script.raise(name), script.put(name, is_known), script.settle(name)].concat();
    let when = |condition: &str, calls: Vec<Call>| calls.into_iter().map(|c| c.when(condition)).collect::<Vec<_>>();
    [when(&format!("if {name} is there"), back), when(&format!("unless {name} is there"), afresh)].concat()
}

struct ContainerScript<'a> {
    delivery: &'a ContainerDelivery,
    names: &'a ContainerNames,
    way: Switch,
    reference: &'a str,
}

impl ContainerScript<'_> {
    /// The new one proves itself beside the old one, before anything is switched.
    fn bring(&self) -> Vec<Call> {
        let ContainerNames { candidate, fresh, .. } = self.names;
        let mut calls = vec![ContainerAct::Stop(candidate.clone()).call().when(IF_LEFT)];
        calls.push(ContainerAct::Discard(candidate.clone()).call().when(IF_LEFT));
        if self.way != Switch::Beside {
            calls.push(ContainerAct::Discard(fresh.clone()).call().when(IF_LEFT));
        }
        // Without a registry there is nothing to pull from: the image is on the engine, or the order is refused.
        if self.reference.contains('@') {
            calls.push(self.pull().when("unless the host has it"));
        }
        if self.way != Switch::Alone {
            let raise = if self.way == Switch::Beside { Some(Restart::Never) } else { None };
            calls.push(self.create(candidate, PortPublishing::No, raise.unwrap_or(Restart::Never)));
            calls.push(ContainerAct::Start(candidate.clone()).call());
            let failed = "if it does not get healthy; that is the end, and the old one never noticed";
            calls.push(ContainerAct::Stop(candidate.clone()).call().when(failed));
            calls.push(ContainerAct::Discard(candidate.clone()).call().when(failed));
        }
        match self.way {
            Switch::Beside => calls.push(ContainerAct::Policy(candidate.clone(), Restart::UnlessStopped).call()),
            Switch::Handover => {
                calls.push(self.create(fresh, PortPublishing::Yes, Restart::UnlessStopped));
                calls.push(ContainerAct::Stop(candidate.clone()).call());
                calls.push(ContainerAct::Discard(candidate.clone()).call());
            }
            Switch::Alone => calls.push(self.create(fresh, PortPublishing::Yes, Restart::UnlessStopped)),
        }
        calls
    }

    /// The kept one is started again where it can run beside the other.
    fn raise(&self, kept: &str) -> Vec<Call> {
        match self.way {
            Switch::Beside => {
                let failed = "if it does not get healthy; that is the end";
                vec![
                    ContainerAct::Start(kept.to_owned()).call(),
                    ContainerAct::Stop(kept.to_owned()).call().when(failed),
                    ContainerAct::Policy(kept.to_owned(), Restart::UnlessStopped).call(),
                ]
            }
            Switch::Handover | Switch::Alone => Vec::new(),
        }
    }

    /// It takes the place; the other is kept.
    fn put(&self, successor: &str, is_known: bool) -> Vec<Call> {
        let ContainerNames { place, aside, both, .. } = self.names;
        let rename = |from: &str, to: &str| ContainerAct::Rename(from.to_owned(), to.to_owned()).call();
        let of_old = |call: Call| if is_known { call } else { call.when(IF_THERE) };
        let replaced = ContainerAct::Remove(aside.clone()).call().when("if one of that name is kept already");
        match self.way {
            Switch::Beside => vec![
                replaced,
                rename(successor, both),
                of_old(rename(place, aside)),
                rename(both, place),
                ContainerAct::Policy(aside.clone(), Restart::Never).call().when(IF_RAISED),
                ContainerAct::Stop(aside.clone()).call().when(IF_RUNS),
            ],
            Switch::Handover | Switch::Alone => vec![
                replaced,
                ContainerAct::Policy(place.clone(), Restart::Always).call().when(IF_RAISED),
                ContainerAct::Stop(place.clone()).call().when(GAP),
                ContainerAct::Start(successor.to_owned()).call(),
                of_old(rename(place, aside)),
                rename(successor, place),
                ContainerAct::Policy(aside.clone(), Restart::Never).call().when(IF_RAISED),
            ],
        }
    }

    fn end(&self) -> Vec<Call> {
        [self.fall_back(ContainerAct::Discard(self.names.place.clone())), self.prune()].concat()
    }

    /// What a kept one needs to be the one that serves.
    fn settle(&self, kept: &str) -> Vec<Call> {
        let ContainerNames { place, .. } = self.names;
        let back = self.fall_back(ContainerAct::Rename(place.clone(), kept.to_owned()));
        let raised = match self.way {
            Switch::Beside => Vec::new(),
            Switch::Handover | Switch::Alone => {
                vec![ContainerAct::Policy(place.clone(), Restart::UnlessStopped).call()]
            }
        };
        [raised, back, self.prune()].concat()
    }

    /// With a published port it is known only after the switch whether the new one is well there.
    fn fall_back(&self, leave: ContainerAct) -> Vec<Call> {
        let ContainerNames { place, aside, .. } = self.names;
        let acts = match self.way {
            Switch::Beside => return Vec::new(),
            Switch::Handover | Switch::Alone => [
                ContainerAct::Stop(place.clone()),
                ContainerAct::Start(aside.clone()),
                ContainerAct::Policy(aside.clone(), Restart::UnlessStopped),
                leave,
                ContainerAct::Rename(aside.clone(), place.clone()),
            ],
        };
        let failed = "if it does not get healthy in its place: the old one is brought back";
        acts.iter().map(|act| act.call().when(failed)).collect()
    }

    fn prune(&self) -> Vec<Call> {
        let place = &self.names.place;
        vec![
            ContainerAct::Remove(format!("{place}.kept-*")).call().when("if more than two are kept, the oldest"),
            ContainerAct::Remove(format!("{place}.bad-*"))
                .call()
                .when("if more than one is kept that was rolled back from, the oldest"),
        ]
    }

    fn successor(&self) -> &str {
        match self.way {
            Switch::Beside => &self.names.candidate,
            Switch::Handover | Switch::Alone => &self.names.fresh,
        }
    }

    fn pull(&self) -> Call {
        let line = format!("POST /images/create?fromImage={}", self.reference);
        Call::Request { service: "docker".to_owned(), line, body: None }
    }

    /// What stands in environment files is not shown, only which files they are.
    fn create(&self, name: &str, published: PortPublishing, raise: Restart) -> Call {
        let ContainerDelivery { ports, volumes, network, env_files, .. } = self.delivery;
        let ports = match published {
            PortPublishing::Yes => ports.as_slice(),
            PortPublishing::No => &[],
        };
        let body = serde_json::json!({
            "Image": self.reference,
            "Ports": ports,
            "Binds": volumes,
            "NetworkMode": network.as_deref().unwrap_or("default"),
            "RestartPolicy": raise.name(),
            "Env": env_files.iter().map(|file| format!("what {file} says")).collect::<Vec<_>>(),
        });
        let line = format!("POST /containers/create?name={name}");
        Call::Request { service: "docker".to_owned(), line, body: Some(body.to_string()) }
    }
}
