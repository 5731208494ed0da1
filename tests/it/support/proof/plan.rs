//! What goes wrong in one run, drawn from a seed: the same seed is the same run.

use std::time::Duration;

/// Points of the conversation, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Hello,
    Sender,
    Recipient,
    Data,
    /// Between two lines of the message.
    Body,
    End,
    Quit,
}

const STEPS: [Step; 8] = [
    Step::Greeting,
    Step::Hello,
    Step::Sender,
    Step::Recipient,
    Step::Data,
    Step::Body,
    Step::End,
    Step::Quit,
];

/// What the server does at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Its part.
    Answer,
    RefuseForNow,
    RefuseForEver,
    /// Says nothing and keeps the connection.
    Stall,
    /// Hangs up instead of answering; at the end, with nothing taken.
    HangUpBefore,
    /// Takes the message and hangs up without the final 250; elsewhere as before.
    HangUpTaken,
    /// Answers, then hangs up.
    HangUpAfter,
}

const ACTS: [Act; 7] = [
    Act::Answer,
    Act::RefuseForNow,
    Act::RefuseForEver,
    Act::Stall,
    Act::HangUpBefore,
    Act::HangUpTaken,
    Act::HangUpAfter,
];

/// When the sending process is killed at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    Never,
    BeforeAnswer,
    AfterAnswer,
}

/// What happens to one connection.
#[derive(Debug, Clone, Copy)]
pub struct Trouble {
    pub step: Step,
    pub act: Act,
    pub kill: Kill,
}

/// Everything that happens in one run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// For the connections in the order they come; later ones are untroubled.
    pub troubles: Vec<Trouble>,
    /// Kills by time after the start of each process: these hit opening, composing, freezing and committing.
    pub kills: Vec<Duration>,
}

/// The longest a process is left alone before a kill by time, in microseconds; a whole run takes about as long.
const KILL_MICROSECONDS_MAX: u64 = 60_000;
/// Troubles and kills by time in one run, at most.
const TROUBLES_MAX: u64 = 7;
const KILLS_MAX: u64 = 4;

impl Plan {
    /// Returns the plan of a seed.
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let troubles = (0..chance.below(TROUBLES_MAX))
            .map(|_| Trouble {
                step: chance.of(&STEPS),
                act: chance.of(&ACTS),
                kill: chance.of(&[Kill::Never, Kill::Never, Kill::BeforeAnswer, Kill::AfterAnswer]),
            })
            .collect();
        let kills = (0..chance.below(KILLS_MAX))
            .map(|_| Duration::from_micros(chance.below(KILL_MICROSECONDS_MAX)))
            .collect();
        Self { troubles, kills }
    }
}

/// Numbers that look random (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}
