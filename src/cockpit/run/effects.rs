//! What the core asks of the terminal and of other programs, carried out.

use super::{Copied, Loop, LoopStep};
use crate::input::Keyboard;
use crate::message::{Effect, Message};
use crate::opening::CockpitError;
use crate::outside::{self, OnStop, go_on};
use crate::pace::Haste;
use crate::signals::{Sign, has_shell, stop_here};
use crate::terminal::leave;
use tokio::task::JoinError;
use tokio::time::Instant;

impl Loop {
    /// Does what an effect asks for that no engine answers.
    pub(super) fn carry_out(&mut self, effect: Effect) -> Result<LoopStep, CockpitError> {
        let told = match effect {
            Effect::Quit => return Ok(LoopStep::End),
            Effect::Rejoin => {
                self.again.asked(Instant::now());
                return Ok(LoopStep::Go);
            }
            Effect::Redraw => {
                self.held.begin_anew();
                return Ok(LoopStep::Go);
            }
            Effect::Suspend if has_shell() => return self.obey(Sign::Stop),
            Effect::Suspend => Message::NoShell,
            // Without an engine there is nobody to ask; the cockpit says so before it comes to this.
            Effect::Preview { .. } | Effect::Command { .. } | Effect::ReadOutput { .. } | Effect::Look(_) => {
                return Ok(LoopStep::Go);
            }
            Effect::Mouse(mouse) => {
                self.held.set_mouse(mouse)?;
                return Ok(LoopStep::Go);
            }
            Effect::Call(says) => {
                self.held.say(&outside::call(self.settings.call, &self.settings.letters.write(&says)))?;
                return Ok(LoopStep::Go);
            }
            Effect::Copy(text) => {
                let way = self.settings.clipboard;
                self.copies.spawn_blocking(move || (outside::copy(way, &text), text.lines().count()));
                return Ok(LoopStep::Go);
            }
            Effect::Save { name, text } => Message::Saved(outside::save(&name, &text)),
            Effect::Edit { text } => {
                let editor = self.settings.programs.editor.clone();
                let left = self.outside(|on_stop| outside::edit(&editor, &text, on_stop))?;
                return self.back_with(Message::Edited(left));
            }
            Effect::Page { text } => {
                let pager = self.settings.programs.pager.clone();
                let read = self.outside(|on_stop| outside::page(&pager, &text, on_stop))?;
                return self.back_with(Message::Paged(read));
            }
        };
        self.take(told, Haste::Key)
    }

    /// Tells how a copy ended.
    pub(super) fn copied(&mut self, copied: Result<Copied, JoinError>) -> Result<LoopStep, CockpitError> {
        let (sent, lines) = copied.unwrap_or_else(|error| (Err(error.to_string()), 0));
        let sent = sent.and_then(|bytes| self.held.say(&bytes).map_err(|error| error.to_string()));
        self.take(Message::Copied(sent.map(|()| lines)), Haste::Key)
    }

    /// Gives the terminal to another program, and takes it again. The keys are its own: our reader has ended before. When the
    /// program stops, tminus stops with it, so that the shell has the terminal; where an action would stand still with
    /// tminus, the program goes on.
    fn outside<T>(&mut self, work: impl FnOnce(OnStop<'_>) -> T) -> Result<T, CockpitError> {
        self.keyboard.stop();
        leave();
        let why = self.cockpit.why_not_stop();
        let mut is_let_on = false;
        let done = work(&mut || match &why {
            Some(_) => {
                is_let_on = true;
                go_on();
            }
            None => stop_here(),
        });
        self.held.again()?;
        self.size();
        // What was typed on behind the end of the other program was meant for it.
        let _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
        self.keyboard = Keyboard::open()?;
        if let Some(why) = why.filter(|_| is_let_on) {
            self.take(Message::NotStopped(why), Haste::Key)?;
        }
        Ok(done)
    }

    /// Takes what another program left. A signal to end that came while it had the terminal counts still.
    fn back_with(&mut self, left: Message) -> Result<LoopStep, CockpitError> {
        let next = self.take(left, Haste::Key)?;
        Ok(if self.signals.is_ended() { LoopStep::End } else { next })
    }
}
