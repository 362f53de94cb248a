//! Long lists of numbers on their way: as bytes, which are copied at once, where numbers would be read one by one. In formats for people they stay
//! numbers.

use serde::{Deserialize, Deserializer, Serializer};

/// For `#[serde(with = "floats")]`: 64-bit floats, the lowest byte first.
pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return serializer.collect_seq(values);
    }
    let mut bytes = Vec::with_capacity(values.len() * 8);
    for value in values {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    serializer.serialize_bytes(&bytes)
}

/// # Errors
/// Where the bytes are no whole number of floats.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    let bytes = <&[u8]>::deserialize(deserializer)?;
    let (floats, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(serde::de::Error::custom("not a list of floats"));
    }
    Ok(floats.iter().map(|float| f64::from_le_bytes(*float)).collect())
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    struct Line(#[serde(with = "super")] Vec<f64>);

    #[test]
    fn every_float_arrives_to_the_last_bit() {
        let values = vec![0.0, -0.0, 1.5, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NAN, 0.1 + 0.2];
        for values in [values, Vec::new()] {
            let sent = postcard::to_allocvec(&Line(values.clone())).unwrap();
            let read: Line = postcard::from_bytes(&sent).unwrap();
            let bits = |of: &[f64]| of.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&read.0), bits(&values));
        }
    }

    #[test]
    fn bytes_that_are_no_floats_are_refused() {
        let sent = postcard::to_allocvec(&vec![1_u8; 9]).unwrap();
        assert!(postcard::from_bytes::<Line>(&sent).is_err());
    }
}
