//! RTP packets in any order, with holes, become sound in order.

use matchday_feeds::sound::{RtpConfig, RtpEncoding, RtpError, RtpPart, RtpReceiver};
use proptest::prelude::*;

/// Frames of one packet of these tests: 1 ms at 48 kHz.
const FRAMES: u32 = 48;

fn config() -> RtpConfig {
    RtpConfig {
        payload_type: Some(97),
        encoding: RtpEncoding::L16,
        channels: 1,
        reorder: 8,
    }
}

/// Packet `n` of a stream: every sample of it is `n`.
fn packet(ssrc: u32, first: u16, n: u16) -> Vec<u8> {
    let mut out = vec![0x80, 97];
    out.extend(first.wrapping_add(n).to_be_bytes());
    // Close to the end of its 32 bits, so that it wraps.
    let timestamp = (u32::MAX - 1000).wrapping_add(u32::from(n) * FRAMES);
    out.extend(timestamp.to_be_bytes());
    out.extend(ssrc.to_be_bytes());
    for _ in 0..FRAMES {
        out.extend(n.to_be_bytes());
    }
    out
}

/// The numbers of the packets that came out, `None` for each packet's worth of loss; a beginning is -1.
fn heard(parts: &[RtpPart]) -> Vec<Option<i32>> {
    parts
        .iter()
        .flat_map(|part| match part {
            RtpPart::Began => vec![Some(-1)],
            RtpPart::Samples(samples) => {
                assert_eq!(samples.len(), FRAMES as usize);
                vec![Some((samples[0] * 32_768.0) as i32)]
            }
            RtpPart::Lost(frames) => vec![None; frames / FRAMES as usize],
        })
        .collect()
}

fn through(config: RtpConfig, packets: &[Vec<u8>]) -> (Vec<Option<i32>>, RtpReceiver) {
    let mut receiver = RtpReceiver::new(config);
    let mut out = Vec::new();
    for packet in packets {
        receiver.push(packet, &mut out).expect("a packet");
    }
    receiver.flush(&mut out);
    (heard(&out), receiver)
}

#[test]
fn what_comes_late_is_put_in_its_place_and_what_does_not_come_is_told() {
    // 3 and 4 swapped, 6 never there, 8 twice, 7 late but in time; sequence numbers wrap after the second.
    let order = [0, 1, 2, 4, 3, 5, 8, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16];
    let packets: Vec<_> = order.map(|n| packet(1, 65_534, n)).into();
    let (got, receiver) = through(config(), &packets);
    let mut want = vec![Some(-1)];
    want.extend((0..17).map(|n| (n != 6).then_some(n)));
    assert_eq!(got, want);
    let counts = receiver.counts();
    assert_eq!((counts.taken, counts.lost, counts.duplicate), (16, 1, 1));
    assert_eq!(counts.reordered, 2);
    assert_eq!(counts.late, 0);
}

#[test]
fn a_packet_given_up_is_not_given_out_when_it_comes_after_all() {
    let mut order: Vec<u16> = (0..30).filter(|n| *n != 5).collect();
    order.push(5);
    let packets: Vec<_> = order.iter().map(|n| packet(1, 0, *n)).collect();
    let (got, receiver) = through(config(), &packets);
    assert_eq!(got.iter().filter(|n| n.is_none()).count(), 1);
    assert!(!got.contains(&Some(5)));
    assert_eq!(receiver.counts().late, 1);
}

#[test]
fn one_stray_packet_of_another_source_ends_nothing_and_a_new_source_begins() {
    let mut packets: Vec<_> = (0..10).map(|n| packet(1, 0, n)).collect();
    packets.insert(5, packet(9, 4000, 3));
    packets.extend((20..25).map(|n| packet(2, 7, n)));
    let (got, _) = through(config(), &packets);
    let mut want = vec![Some(-1)];
    want.extend((0..10).map(Some));
    // The first of the new source is spent on believing it.
    want.push(Some(-1));
    want.extend((21..25).map(Some));
    assert_eq!(got, want);
}

#[test]
fn a_sender_that_begins_anew_with_old_numbers_is_heard_again() {
    let mut packets: Vec<_> = (1000..1020).map(|n| packet(1, 0, n)).collect();
    packets.extend((0..200).map(|n| packet(1, 0, n)));
    let (got, _) = through(config(), &packets);
    assert_eq!(got.last(), Some(&Some(199)));
    assert_eq!(got.iter().filter(|n| **n == Some(-1)).count(), 2);
}

#[test]
fn headers_with_sources_extension_and_padding_are_read() {
    let plain = packet(1, 0, 7);
    let mut rich = vec![0xb2, 97];
    rich.extend(&plain[2..12]);
    rich.extend([0; 8]);
    rich.extend([0xbe, 0xde, 0, 1, 1, 2, 3, 4]);
    rich.extend(&plain[12..]);
    rich.extend([0, 0, 0, 4]);
    let (got, _) = through(config(), &[rich]);
    assert_eq!(got, [Some(-1), Some(7)]);
}

#[test]
fn twenty_four_bits_and_two_channels_are_read() {
    let mut bytes = packet(1, 0, 0)[..12].to_vec();
    bytes.extend([0x40, 0, 0, 0xc0, 0, 0]);
    let stereo = RtpConfig {
        encoding: RtpEncoding::L24,
        channels: 2,
        ..config()
    };
    let mut out = Vec::new();
    let mut receiver = RtpReceiver::new(stereo);
    receiver.push(&bytes, &mut out).expect("a packet");
    assert_eq!(out, [RtpPart::Began, RtpPart::Samples(vec![0.5, -0.5])]);
}

#[test]
fn what_is_no_packet_of_the_stream_is_refused() {
    let good = packet(1, 0, 0);
    let mut other = good.clone();
    other[1] = 96;
    let mut version = good.clone();
    version[0] = 0x40;
    let mut padding = good.clone();
    padding[0] = 0xa0;
    let end = padding.len() - 1;
    padding[end] = 200;
    let mut receiver = RtpReceiver::new(config());
    let mut out = Vec::new();
    for (bytes, want) in [
        (&good[..11], RtpError::Short),
        (&version[..], RtpError::Version(1)),
        (&padding[..], RtpError::Short),
        (&other[..], RtpError::PayloadType(96)),
        (&good[..13], RtpError::Frames(1)),
        (&good[..12], RtpError::Frames(0)),
    ] {
        assert_eq!(receiver.push(bytes, &mut out), Err(want));
    }
    assert_eq!(receiver.counts().unusable, 6);
    assert!(out.is_empty());
}

proptest! {
    /// Packets that come at most seven places from their own all come out, in order.
    #[test]
    fn any_small_disorder_is_healed(keys in prop::collection::vec(0..7_u32, 120), first: u16) {
        // The first packet stays first: the stream begins with what comes first.
        let mut order: Vec<(u32, u16)> = (1..120_u16)
            .map(|n| (u32::from(n) + keys[usize::from(n)], n))
            .collect();
        order.sort();
        let packets: Vec<_> = std::iter::once(0)
            .chain(order.iter().map(|(_, n)| *n))
            .map(|n| packet(1, first, n))
            .collect();
        let (got, receiver) = through(config(), &packets);
        let mut want = vec![Some(-1)];
        want.extend((0..120).map(Some));
        prop_assert_eq!(got, want);
        prop_assert_eq!(receiver.counts().lost, 0);
    }

    /// Whatever comes over the network, nothing breaks.
    #[test]
    fn no_bytes_break_the_receiver(packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..60)) {
        let mut receiver = RtpReceiver::new(RtpConfig { payload_type: None, ..config() });
        let mut out = Vec::new();
        for mut packet in packets {
            if let Some(first) = packet.first_mut() {
                *first = *first & 0x3f | 0x80;
            }
            let _ = receiver.push(&packet, &mut out);
        }
        receiver.flush(&mut out);
    }
}
