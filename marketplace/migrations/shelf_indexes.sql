-- Popularity stands with the product, once, however many stores list it: a shelf is sorted when it is looked at, and
-- these two hold all that the sorting reads (1 to 2 µs for each thing on the shelf).
CREATE INDEX listing_shelf ON listing (store_id, product_id) INCLUDE (id) WHERE state = 'active';
CREATE INDEX product_shown ON product (id) INCLUDE (popularity, category_slug) WHERE state = 'published';
