// How statements are to be planned. Each of ours has an index that leads to its rows in order, but a
// plan is made from statistics that may be missing or of a time when the tables were small, and
// prepared ones are kept: reading a whole table may then look cheap, and is not any more.

/**
 * For each connection. Measured without statistics: a page of a million relationships by sorting
 * them all, 539 ms; by the key, 0.4 ms. Compiling a page's plan cost 370 ms. Making a plan for just
 * these parameters never made a better one, and took longer than carrying it out: a cold check on a
 * graph of a million that is looked up came down from 1.3 to 0.45 ms, a small page from 0.1 to 0.05 ms.
 */
export const PLAN_BY_INDEX = `
  set enable_seqscan = off;
  set enable_bitmapscan = off;
  set plan_cache_mode = force_generic_plan;
  set jit = off`
