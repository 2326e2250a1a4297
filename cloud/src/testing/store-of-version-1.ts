/**
 * The store as version 1 of the schema made it, word for word, with what its program wrote: two revisions of one
 * temperature (the second flagged), their description, and a measuring point that still had its heights.
 */
export const STORE_OF_VERSION_1 = `
CREATE TABLE stream (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  name TEXT NOT NULL,
  next_ordinal INTEGER NOT NULL DEFAULT 0,
  last_stamp_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (organisation, name)
);
CREATE TABLE view (
  stream INTEGER NOT NULL,
  name TEXT NOT NULL,
  page_size INTEGER NOT NULL,
  fan_out INTEGER NOT NULL,
  public_base_url TEXT NOT NULL,
  key_function TEXT NOT NULL,
  PRIMARY KEY (stream, name)
) WITHOUT ROWID;
CREATE TABLE datastream (
  id INTEGER PRIMARY KEY,
  organisation TEXT NOT NULL,
  key TEXT NOT NULL,
  edge TEXT NOT NULL,
  stream INTEGER NOT NULL,
  description INTEGER,
  UNIQUE (organisation, key)
);
CREATE TABLE description (
  id INTEGER PRIMARY KEY,
  datastream INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX description_of ON description (datastream);
CREATE TABLE edge_description (
  datastream INTEGER NOT NULL,
  epoch TEXT NOT NULL,
  version INTEGER NOT NULL,
  description INTEGER NOT NULL,
  PRIMARY KEY (datastream, epoch, version)
) WITHOUT ROWID;
CREATE TABLE log (
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  description INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER,
  result_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  mantissa INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  quality INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  render_version INTEGER NOT NULL,
  PRIMARY KEY (stream, ordinal)
) WITHOUT ROWID;
CREATE TABLE series (
  hour INTEGER NOT NULL,
  datastream INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER,
  result_ms INTEGER NOT NULL,
  mantissa INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  quality INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  confirmed_revision INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  PRIMARY KEY (hour, datastream, begin_ms)
) WITHOUT ROWID;
CREATE TABLE earlier_version (
  datastream INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  mantissa INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  PRIMARY KEY (datastream, begin_ms, revision)
) WITHOUT ROWID;
CREATE TABLE latest (
  datastream INTEGER PRIMARY KEY,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER,
  result_ms INTEGER NOT NULL,
  mantissa INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  quality INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL
);
CREATE TABLE entity (
  organisation TEXT NOT NULL,
  path TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (organisation, path)
) WITHOUT ROWID;
CREATE TABLE entity_log (
  stream INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  stamp_ms INTEGER NOT NULL,
  path TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  render_version INTEGER NOT NULL,
  PRIMARY KEY (stream, ordinal)
) WITHOUT ROWID;
CREATE TABLE edge_progress (
  edge TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  highest_sequence INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  identity TEXT NOT NULL UNIQUE,
  stamp_ms INTEGER NOT NULL,
  edge TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  raw BLOB NOT NULL
);

INSERT INTO stream VALUES (1, 'demo', 'heat-stress', 2, 1782907202000), (2, 'demo', 'sensors', 1, 1782907200000);
INSERT INTO view VALUES (1, 'by-page', 2, 250, 'https://data.example.be', 'none');
INSERT INTO datastream VALUES (1, 'demo', 'ws-012.sht85.luchttemperatuur.momentaan', 'edge-a', 1, 1);
INSERT INTO description VALUES (1, 1, '{"datastream":"ws-012.sht85.luchttemperatuur.momentaan","licence":"https://example.org/licentie","measuringPoint":{"label":"Marktplein","latitude":51.0543,"longitude":3.725,"mountingHeightMetres":2,"name":"ws-012"},"procedure":{"label":"momentane meting","name":"momentaan"},"property":"air-temperature","sensor":{"manufacturer":"Maker","model":"SHT85","name":"sht85"},"validFromMs":1767225600000,"version":1}');
INSERT INTO edge_description VALUES (1, '00112233445566aa', 1, 1);
INSERT INTO log VALUES
  (1, 0, 1782907200500, 1, 1, 1782907200000, NULL, 1782907200100, 1782907200200, 215, 1, 0, 1, 1),
  (1, 1, 1782907202000, 1, 1, 1782907200000, NULL, 1782907200100, 1782907201900, 216, 1, 8, 2, 1);
INSERT INTO series VALUES (495252, 1, 1782907200000, NULL, 1782907200100, 216, 1, 8, 2, 2, 1782907202000);
INSERT INTO earlier_version VALUES (1, 1782907200000, 1, 215, 1);
INSERT INTO latest VALUES (1, 1782907200000, NULL, 1782907200100, 216, 1, 8, 2, 1782907202000);
INSERT INTO entity VALUES ('demo', 'meetpunt/ws-012', 1, '{"kind":"measuring-point","label":"Marktplein","latitude":"51.0543","longitude":"3.725","mountingHeightMetres":"2","name":"ws-012"}');
INSERT INTO entity_log VALUES (2, 0, 1782907200000, 'meetpunt/ws-012', 1, '{"kind":"measuring-point","label":"Marktplein","latitude":"51.0543","longitude":"3.725","mountingHeightMetres":"2","name":"ws-012"}', 1);
INSERT INTO edge_progress VALUES ('edge-a', '00112233445566aa', 2, 2);
PRAGMA user_version = 1;
`;
