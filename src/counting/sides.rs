//! Amounts as polynomials in the sides of maps: what a cost is before the size of the image is known.
//!
//! [`Sides`] lists the sides that occur, each by the side that it comes from, and the products of sides. A
//! [`SidePolynomial`] is a sum of such products with whole coefficients. It is exact for every size of the image on which
//! the comparisons that were made on the way, which [`Sides`] records, come out as they did.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use crate::counting::scalar::Scalar;
use crate::counting::side::{Resize, SideError};

/// A sum of products: the index of each product, ascending, and its coefficient.
pub type Terms = Vec<(usize, u64)>;

/// The product of no sides: 1.
const ONE: usize = 0;

/// The sides of maps, and their products.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    products: Vec<Product>,
    /// What was compared, and how it came out, until [`Sides::take_records`].
    comparisons: Vec<Comparison>,
    /// The sides that layers made until then.
    made: Vec<usize>,
}

/// One side, or the product of several.
#[derive(Clone, Debug, PartialEq)]
enum Product {
    /// No sides.
    One,
    /// The height (0) or the width (1) of the input.
    Input(usize),
    /// What a layer makes of a side, which is a product.
    Resized(usize, Resize),
    /// A side that is a sum of products, such as a number of tokens.
    Sum(Terms),
    /// A product times a side, both by their indices.
    Times(usize, usize),
}

/// Two sums that were compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    one: Terms,
    other: Terms,
    outcome: Ordering,
}

impl Sides {
    /// The height and the width of an input.
    #[must_use]
    pub fn of_input() -> Self {
        let products = vec![Product::One, Product::Input(0), Product::Input(1)];
        Sides { products, ..Sides::default() }
    }

    /// Computes the products from `values.len()` on for an input of `height` × `width`, each at least 1. `u64::MAX` is
    /// what a layer refuses, or a number that reaches it.
    pub fn extend(&self, [height, width]: [u64; 2], values: &mut Vec<u64>) {
        for product in self.products.iter().skip(values.len()) {
            let value = match product {
                Product::One => 1,
                Product::Input(0) => height,
                Product::Input(_) => width,
                Product::Resized(side, _) if values[*side] == u64::MAX => u64::MAX,
                Product::Resized(side, by) => by.apply(values[*side]).unwrap_or(u64::MAX),
                Product::Times(one, other) => values[*one].saturating_mul(values[*other]),
                Product::Sum(terms) => value(terms, values),
            };
            values.push(value);
        }
    }

    /// The comparisons and the sides made since the last call.
    pub fn take_records(&mut self) -> (Vec<Comparison>, Vec<usize>) {
        (std::mem::take(&mut self.comparisons), std::mem::take(&mut self.made))
    }

    fn index(&mut self, product: Product) -> usize {
        let known = self.products.iter().position(|known| *known == product);
        known.unwrap_or_else(|| {
            self.products.push(product);
            self.products.len() - 1
        })
    }

    fn side(&mut self, side: &Terms, by: Resize) -> Terms {
        if by.keeps_sides() {
            return side.clone();
        }
        let side = self.of_sum(side);
        let index = self.index(Product::Resized(side, by));
        if !self.made.contains(&index) {
            self.made.push(index);
        }
        vec![(index, 1)]
    }

    /// The index of a side that may be a sum of products.
    fn of_sum(&mut self, side: &Terms) -> usize {
        match side[..] {
            [(side, 1)] => side,
            _ => self.index(Product::Sum(side.clone())),
        }
    }

    /// The sides of a product, by their indices, ascending.
    fn factors(&self, mut product: usize) -> Vec<usize> {
        let mut factors = Vec::new();
        while let Product::Times(rest, side) = self.products[product] {
            factors.push(side);
            product = rest;
        }
        if product != ONE {
            factors.push(product);
        }
        factors.reverse();
        factors
    }

    fn times(&mut self, one: usize, other: usize) -> usize {
        if one == ONE || other == ONE {
            return one.max(other);
        }
        let mut factors = [self.factors(one), self.factors(other)].concat();
        factors.sort_unstable();
        let (first, rest) = (factors[0], &factors[1..]);
        rest.iter().fold(first, |product, side| self.index(Product::Times(product, *side)))
    }

    fn multiplied(&mut self, one: &Terms, other: &Terms) -> Terms {
        let mut product = Terms::new();
        for (a, x) in one {
            for (b, y) in other {
                add(&mut product, self.times(*a, *b), x.saturating_mul(*y));
            }
        }
        product
    }

    fn compared(&mut self, one: &Terms, other: &Terms, outcome: Ordering) {
        let comparison = Comparison { one: one.clone(), other: other.clone(), outcome };
        if !self.comparisons.contains(&comparison) {
            self.comparisons.push(comparison);
        }
    }
}

impl Comparison {
    /// Whether it comes out as it did, where the products have these values.
    #[must_use]
    pub fn holds(&self, values: &[u64]) -> bool {
        let [one, other] = [value(&self.one, values), value(&self.other, values)];
        one.max(other) < u64::MAX && one.cmp(&other) == self.outcome
    }
}

/// The value of a sum, where the products have these values; `u64::MAX` if it reaches that.
fn value(terms: &Terms, values: &[u64]) -> u64 {
    terms.iter().fold(0, |sum, (product, coefficient)| {
        coefficient.saturating_mul(values[*product]).saturating_add(sum)
    })
}

fn add(terms: &mut Terms, product: usize, coefficient: u64) {
    if coefficient == 0 {
        return;
    }
    match terms.binary_search_by_key(&product, |(product, _)| *product) {
        Ok(at) => terms[at].1 = terms[at].1.saturating_add(coefficient),
        Err(at) => terms.insert(at, (product, coefficient)),
    }
}

/// An amount as a polynomial in the sides of maps, and its value for one image.
#[derive(Clone, Debug)]
pub struct SidePolynomial {
    terms: Terms,
    value: u64,
    /// The sides that it is made of; a constant needs none.
    sides: Option<Rc<RefCell<Sides>>>,
}

impl SidePolynomial {
    /// The height and the width of an input of `size`.
    #[must_use]
    pub fn of_input(sides: &Rc<RefCell<Sides>>, size: [u64; 2]) -> [Self; 2] {
        [0, 1].map(|axis| SidePolynomial {
            terms: vec![(axis + 1, 1)],
            value: size[axis],
            sides: Some(Rc::clone(sides)),
        })
    }

    /// The index of the amount in `sides`, as a side.
    #[must_use]
    pub fn side(&self, sides: &mut Sides) -> usize {
        sides.of_sum(&self.terms)
    }

    /// The sum of products.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The coefficient of a product.
    #[must_use]
    pub fn coefficient(&self, product: usize) -> u64 {
        let found = self.terms.binary_search_by_key(&product, |(product, _)| *product);
        found.map_or(0, |at| self.terms[at].1)
    }

    fn is_constant(&self) -> bool {
        self.terms.iter().all(|(product, _)| *product == ONE)
    }

    /// The sides of either of two amounts, of which one is not constant.
    fn shared(&self, other: &Self) -> Option<Rc<RefCell<Sides>>> {
        self.sides.as_ref().or(other.sides.as_ref()).map(Rc::clone)
    }
}

impl Scalar for SidePolynomial {
    type Quantity = f64;

    fn whole(value: u64) -> Self {
        let mut terms = Terms::new();
        add(&mut terms, ONE, value);
        SidePolynomial { terms, value, sides: None }
    }

    /// The value for this image; that it is just this is recorded as a comparison.
    fn exact(&self) -> u64 {
        self.compare(&SidePolynomial::whole(self.value));
        self.value
    }

    fn product(factors: &[&Self]) -> Self {
        factors.iter().fold(SidePolynomial::whole(1), |product, factor| {
            let value = product.value.saturating_mul(factor.value);
            let shared = product.shared(factor);
            let terms = match &shared {
                Some(sides) => sides.borrow_mut().multiplied(&product.terms, &factor.terms),
                None => SidePolynomial::whole(value).terms,
            };
            SidePolynomial { terms, value, sides: shared }
        })
    }

    fn increase(&mut self, amount: &Self) {
        self.value = self.value.saturating_add(amount.value);
        self.sides = self.shared(amount);
        for (product, coefficient) in &amount.terms {
            add(&mut self.terms, *product, *coefficient);
        }
    }

    fn is_one(&self) -> bool {
        self.is_constant() && self.value == 1
    }

    fn grows(&self) -> bool {
        false
    }

    fn less_one(&self) -> Self {
        SidePolynomial::whole(self.exact().saturating_sub(1))
    }

    fn sampling(&self) -> Option<[Self; 3]> {
        None
    }

    fn divided(&self, divisor: &Self) -> Option<Self> {
        let divisor = divisor.exact();
        if self.is_constant() {
            return self.value.divided(&divisor).map(SidePolynomial::whole);
        }
        self.resized(Resize::Part(divisor)).ok()
    }

    fn resized(&self, by: Resize) -> Result<Self, SideError> {
        let value = by.apply(self.value)?;
        let Some(sides) = self.sides.as_ref().filter(|_| !self.is_constant()) else {
            return Ok(SidePolynomial::whole(value));
        };
        let terms = sides.borrow_mut().side(&self.terms, by);
        Ok(SidePolynomial { terms, value, sides: Some(Rc::clone(sides)) })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let outcome = self.value.cmp(&other.value);
        if self.terms != other.terms
            && let Some(sides) = self.shared(other)
            && !(self.is_constant() && other.is_constant())
        {
            sides.borrow_mut().compared(&self.terms, &other.terms, outcome);
        }
        outcome
    }

    fn overflowed(&self) -> bool {
        self.value == u64::MAX
    }

    fn to_quantity(&self) -> f64 {
        self.exact() as f64
    }

    fn from_quantity(quantity: &f64) -> Option<Self> {
        u64::from_quantity(quantity).map(SidePolynomial::whole)
    }
}
