//! Paths with variables and custom verbs (AIP-136).
//!
//! No router splits `{case_id}:sign` within a segment. So the verb becomes a segment of its own, on
//! both sides: `/cases/{case_id}:sign` is routed as `/cases/{case_id}/:sign`, and so is the path of a
//! request whose last segment has a colon.

/// A contract whose paths cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// Two RPCs have the same path and method.
    #[error("two RPCs have the path {0}")]
    Twice(String),
    /// A path that cannot be routed.
    #[error("the path {0} cannot be served: {1}")]
    Path(String, String),
    /// A path names a field that the request does not have.
    #[error("the path {0} names `{1}`, which is no field of the request")]
    NoField(String, String),
}

/// The key of a template for the router: variables without their names, the verb as a segment.
pub fn key(template: &str) -> String {
    let mut buffer = String::new();
    let mut variables = 0;
    split_verb(template, &mut buffer)
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                variables += 1;
                format!("{{v{variables}}}")
            } else {
                segment.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Makes the verb of the last segment a segment of its own.
pub fn split_verb<'p>(path: &'p str, buffer: &'p mut String) -> &'p str {
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let Some(colon) = path[last..].rfind(':') else {
        return path;
    };
    let (noun, verb) = path.split_at(last + colon);
    buffer.push_str(noun);
    buffer.push('/');
    buffer.push_str(verb);
    buffer
}

/// The variables of a template in their order.
pub fn variables(template: &str) -> Vec<String> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_is_a_segment_of_its_own_for_the_router() {
        assert_eq!(key("/v1/cases/{case_id}:sign"), "/v1/cases/{v1}/:sign");
        assert_eq!(
            key("/v1/contributions:estimate"),
            "/v1/contributions/:estimate"
        );
        assert_eq!(key("/v1/cases"), "/v1/cases");
    }

    #[test]
    fn variables_are_found_in_their_order() {
        assert_eq!(variables("/v1/{a}/b/{c.d}:e"), ["a", "c.d"]);
    }
}
