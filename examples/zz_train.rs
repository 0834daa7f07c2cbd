fn main() {
    let name = std::env::args().nth(1).unwrap();
    let per = std::env::args().nth(2).is_some();
    for name in name.split(',') {
        let scaled = match phiscale::network(name) {
            Ok(s) => s,
            Err(e) => {
                eprintln!("{name} {e}");
                continue;
            }
        };
        let network = scaled;
        let training = phiscale::training::of(&network);
        if per {
            for (placed, row) in network.layers().iter().zip(&training.layers) {
                println!(
                    "{} {} x{} {:?}->{:?} el={} st={} ix={} bs={} fwd={} bwd={}",
                    placed.path,
                    placed.kind(),
                    placed.times,
                    placed.input.to_string(),
                    placed.output.to_string(),
                    row.kept.elements * 8,
                    row.kept.statistics * 8,
                    row.kept.indices * 16,
                    row.kept.batch_statistics * 4,
                    row.forward_macs,
                    row.backward_macs
                );
            }
        }
        let t = training.total();
        println!(
            "{name},{},{},{},{}",
            t.forward_macs,
            t.backward_macs,
            t.torch_backward_macs,
            t.kept.bytes(4, 2)
        );
    }
}
