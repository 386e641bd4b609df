-- d
CREATE TABLE public.a (x text DEFAULT 'it''s');
COPY a FROM stdin;
1
\.
INSERT INTO `b` VALUES ('\'', X'00'); $f$;$f$;
