//! Replay buffers.

use mlp::Rng;
use mlp::reinforcement::ReplayBuffer;

#[test]
fn an_empty_buffer_has_no_samples() {
    let replay = ReplayBuffer::<[f32; 3]>::new(4);
    assert!(replay.is_empty());
    assert_eq!(replay.sample(&mut Rng::new(0)).next(), None);
    assert_eq!(replay.sample(&mut Rng::new(0)).take(3).count(), 0);
}

/// After any number of pushes the last ones are stored, each as likely as the others.
#[test]
fn the_last_transitions_are_stored() {
    for capacity in [1, 2, 5] {
        let mut replay = ReplayBuffer::new(capacity);
        for step in 0_usize..12 {
            replay.push(step);
            assert_eq!(replay.len(), capacity.min(step + 1));
            let mut counts = [0.0; 12];
            replay.sample(&mut Rng::new(step as u64)).take(5000).for_each(|&step| counts[step] += 1.0);
            let share = 1.0 / replay.len() as f64;
            let bound = 5.0 * (5000.0 * share * (1.0 - share)).sqrt();
            for (stored, count) in counts.into_iter().enumerate() {
                let expected =
                    if (step + 1).saturating_sub(capacity) <= stored && stored <= step { share } else { 0.0 };
                assert!((count - 5000.0 * expected).abs() <= bound, "{stored} of {step}: {count}");
            }
        }
    }
    let mut smallest = ReplayBuffer::new(0);
    smallest.push(1);
    assert_eq!(smallest.len(), 1);
}
