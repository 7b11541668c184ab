-- How many cooperatives of a province or kabupaten/kota gained a step on a day, less those that lost it, kept up by
-- triggers on their history: a page about 83.762 cooperatives adds some thousand numbers instead of reading them all.
-- Steps are the five statuses, and two that look past suspensions: `with_papers` and `at_work`.
CREATE TABLE coverage_change (
    level text NOT NULL CHECK (level IN ('province', 'regency')),
    region_code text NOT NULL REFERENCES region (code) ON DELETE RESTRICT,
    step text NOT NULL CHECK (step IN ('musdes', 'akta', 'sk_ahu', 'operating', 'suspended', 'with_papers', 'at_work')),
    day date NOT NULL,
    number integer NOT NULL,
    PRIMARY KEY (level, region_code, step, day)
);
CREATE INDEX coverage_change_region_code ON coverage_change (region_code text_pattern_ops, level);

-- The steps that cooperatives gained (1) and lost (-1), by their history without the lines in `p_without`.
CREATE FUNCTION coverage_steps(p_ids bigint[], p_without bigint[])
RETURNS TABLE (organisation_id bigint, day date, step text, number integer) LANGUAGE sql STABLE AS $$
    WITH line AS (
        SELECT id, organisation_id, effective_on, status FROM organisation_status
        WHERE organisation_id = ANY (p_ids) AND id <> ALL (p_without)
    ), move AS (
        SELECT organisation_id, effective_on AS day, status AS gained, lag(status) OVER steps AS lost
        FROM line WINDOW steps AS (PARTITION BY organisation_id ORDER BY effective_on, id)
    ), standing AS (
        SELECT organisation_id, effective_on AS day,
               (status IN ('sk_ahu', 'operating'))::integer
                   - coalesce((lag(status) OVER steps IN ('sk_ahu', 'operating'))::integer, 0) AS papers,
               (status = 'operating')::integer - coalesce((lag(status) OVER steps = 'operating')::integer, 0) AS work
        FROM line WHERE status <> 'suspended'
        WINDOW steps AS (PARTITION BY organisation_id ORDER BY effective_on, id)
    )
    SELECT organisation_id, day, gained, 1 FROM move
    UNION ALL SELECT organisation_id, day, lost, -1 FROM move WHERE lost IS NOT NULL
    UNION ALL SELECT organisation_id, day, 'with_papers', papers FROM standing WHERE papers <> 0
    UNION ALL SELECT organisation_id, day, 'at_work', work FROM standing WHERE work <> 0
$$;

-- What coverage_change should hold, from the whole history.
CREATE VIEW coverage_recounted AS
    SELECT levels.level, left(o.region_code, levels.length) AS region_code, m.step, m.day, sum(m.number)::integer AS number
    FROM coverage_steps((SELECT array_agg(id) FROM organisation WHERE kind = 'cooperative'), '{}') AS m
    JOIN organisation o ON o.id = m.organisation_id
    CROSS JOIN (VALUES ('province', 2), ('regency', 5)) AS levels (level, length)
    WHERE length(o.region_code) >= levels.length
    GROUP BY 1, 2, 3, 4;

INSERT INTO coverage_change (level, region_code, step, day, number)
SELECT level, region_code, step, day, number FROM coverage_recounted WHERE number <> 0;

CREATE FUNCTION count_coverage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    lines bigint[];
BEGIN
    SELECT array_agg(DISTINCT o.id), array_agg(n.id) INTO ids, lines
        FROM new_lines n JOIN organisation o ON o.id = n.organisation_id AND o.kind = 'cooperative';
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    -- Of two lines of one cooperative at the same time the second waits here, and then sees the first.
    PERFORM 1 FROM organisation WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO coverage_change AS c (level, region_code, step, day, number)
    SELECT levels.level, left(o.region_code, levels.length), m.step, m.day, sum(m.number)
    FROM (
        SELECT * FROM coverage_steps(ids, '{}')
        UNION ALL
        SELECT organisation_id, day, step, -number FROM coverage_steps(ids, lines)
    ) AS m
    JOIN organisation o ON o.id = m.organisation_id
    CROSS JOIN (VALUES ('province', 2), ('regency', 5)) AS levels (level, length)
    WHERE length(o.region_code) >= levels.length
    GROUP BY 1, 2, 3, 4 HAVING sum(m.number) <> 0
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (level, region_code, step, day) DO UPDATE SET number = c.number + excluded.number;
    RETURN NULL;
END $$;
CREATE TRIGGER organisation_status_counts_as_coverage AFTER INSERT ON organisation_status
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION count_coverage();

-- A cooperative whose seat moves takes its steps along.
CREATE FUNCTION move_coverage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO coverage_change AS c (level, region_code, step, day, number)
    SELECT levels.level, left(seat.region_code, levels.length), m.step, m.day, sum(m.number * seat.sign)
    FROM coverage_steps(ARRAY[NEW.id], '{}') AS m
    CROSS JOIN (VALUES (OLD.region_code, -1), (NEW.region_code, 1)) AS seat (region_code, sign)
    CROSS JOIN (VALUES ('province', 2), ('regency', 5)) AS levels (level, length)
    WHERE length(seat.region_code) >= levels.length
    GROUP BY 1, 2, 3, 4 HAVING sum(m.number * seat.sign) <> 0
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (level, region_code, step, day) DO UPDATE SET number = c.number + excluded.number;
    RETURN NULL;
END $$;
CREATE TRIGGER organisation_moves_its_coverage AFTER UPDATE OF region_code ON organisation FOR EACH ROW
    WHEN (NEW.kind = 'cooperative' AND OLD.region_code IS DISTINCT FROM NEW.region_code)
    EXECUTE FUNCTION move_coverage();
