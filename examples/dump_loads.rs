use phiscale::device::Mode;
use phiscale::memory::Dtype;
use std::io::Write;
fn main() {
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (name, side) = line.split_once(',').unwrap();
        let side: u64 = side.parse().unwrap();
        let find = phiscale::find::address(&name).unwrap();
        let family = find.family().unwrap();
        let member = find.member.map(|m| family.member(&m).unwrap());
        let mut request =
            phiscale::Request { member: member.as_deref(), ..phiscale::Request::BASELINE };
        request.image = Some([side, side]);
        let Ok(scaled) = family.network(&request) else { continue };
        let network = &scaled.network;
        for batch in [1u32, 1025] {
            for (k, l) in phiscale::time::loads(
                network,
                Mode { dtype: Dtype::Fp16, compiled: false, training: true },
                batch,
            ) {
                writeln!(
                    out,
                    "{name},{side},{batch},{},{},{},{},{},{}",
                    k.kind,
                    l.is_vector,
                    l.flops,
                    l.bytes,
                    l.launches,
                    format!("{:?}", k.work)
                )
                .unwrap();
            }
        }
    }
}
