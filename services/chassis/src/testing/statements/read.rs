//! Statements as they stand in the sources: the first argument of every `query…` of sqlx.

use std::collections::BTreeMap;
use std::path::Path;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprPath, ImplItemFn, ItemConst, ItemFn, Lit, Macro, Token, UseRename};

/// What takes a statement as its first argument.
const TAKERS: [&str; 6] = [
    "query",
    "query_as",
    "query_as_with",
    "query_scalar",
    "query_scalar_with",
    "query_with",
];

/// What puts a statement together while the service runs.
const BUILDER: &str = "QueryBuilder";

/// A statement and the function in which it stands.
pub struct Statement {
    pub place: String,
    pub text: String,
}

/// What was found in the sources.
#[derive(Default)]
pub struct Source {
    pub statements: Vec<Statement>,
    /// Places with a statement that is neither a literal nor a constant of its file.
    pub unread: Vec<String>,
}

impl Source {
    /// Reads the files in `folder`, except those that serve tests only.
    #[expect(clippy::expect_used, reason = "sources that compile can be read")]
    pub fn read(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("the sources") {
            let path = entry.expect("the sources").path();
            if path.file_stem().is_some_and(|name| name == "testing") {
                continue;
            }
            if path.is_dir() {
                self.read(&path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source");
                let file = syn::parse_file(&text).expect("Rust");
                let mut constants = Constants::default();
                constants.visit_file(&file);
                File {
                    source: self,
                    constants: constants.0,
                    place: path.display().to_string(),
                }
                .visit_file(&file);
            }
        }
    }
}

/// The constants of a file that are text.
#[derive(Default)]
struct Constants(BTreeMap<String, String>);

impl<'ast> Visit<'ast> for Constants {
    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        if let Some(text) = literal(&item.expr) {
            self.0.insert(item.ident.to_string(), text);
        }
    }
}

struct File<'a> {
    source: &'a mut Source,
    constants: BTreeMap<String, String>,
    place: String,
}

impl File<'_> {
    fn within(&mut self, function: &syn::Ident, visit: impl FnOnce(&mut Self)) {
        let outside = self.place.clone();
        self.place = format!("{outside}, {function}");
        visit(self);
        self.place = outside;
    }

    fn unread(&mut self, what: &str) {
        let place = &self.place;
        self.source.unread.push(format!(
            "{place}: the statement of `{what}` is no static text"
        ));
    }

    fn text(&self, argument: &Expr) -> Option<String> {
        match argument {
            Expr::Path(path) => self
                .constants
                .get(&path.path.get_ident()?.to_string())
                .cloned(),
            literally => literal(literally),
        }
    }
}

impl<'ast> Visit<'ast> for File<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.within(&item.sig.ident, |file| visit::visit_item_fn(file, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.within(&item.sig.ident, |file| {
            visit::visit_impl_item_fn(file, item);
        });
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let Some(taker) = taker(&call.func) else {
            return visit::visit_expr_call(self, call);
        };
        match call.args.first().and_then(|argument| self.text(argument)) {
            Some(text) => self.source.statements.push(Statement {
                place: self.place.clone(),
                text,
            }),
            None => self.unread(&taker),
        }
    }

    /// A taker that is not called here is called where its argument cannot be seen.
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let built = path.path.segments.iter().any(|s| s.ident == BUILDER);
        let passed_on = path.path.segments.len() > 1 && last(&path.path).is_some_and(is_taker);
        if built || passed_on {
            self.unread(if built { BUILDER } else { "query" });
        }
    }

    fn visit_use_rename(&mut self, renamed: &'ast UseRename) {
        if is_taker(&renamed.ident) || renamed.ident == BUILDER {
            self.unread(&renamed.ident.to_string());
        }
    }

    /// Most macros take expressions; of the others it is enough that they hold no statement.
    fn visit_macro(&mut self, call: &'ast Macro) {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        match call.parse_body_with(arguments) {
            _ if last(&call.path).is_some_and(is_taker) => self.unread("query!"),
            Ok(arguments) => arguments.iter().for_each(|e| self.visit_expr(e)),
            Err(_) if call.tokens.to_string().contains("query") => self.unread("macro"),
            Err(_) => {}
        }
    }
}

fn taker(function: &Expr) -> Option<String> {
    let Expr::Path(path) = function else {
        return None;
    };
    last(&path.path)
        .filter(|name| is_taker(name))
        .map(ToString::to_string)
}

fn is_taker(name: &syn::Ident) -> bool {
    TAKERS.iter().any(|taker| name == taker)
}

fn last(path: &syn::Path) -> Option<&syn::Ident> {
    path.segments.last().map(|segment| &segment.ident)
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
