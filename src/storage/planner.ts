// The planner settings. Every statement of this folder has an index that leads to its rows in
// order. But plans are made from statistics, which may be missing or outdated, and the plans of
// prepared statements are kept. A plan that scans a whole table may look cheap while the table is
// small, and be slow later.

/**
 * The settings of each connection. Measured without statistics: a page of a million relationships
 * takes 539 ms by sorting them all and 0.4 ms by the key. Compiling the plan of a page (`jit`) took
 * 370 ms. A plan for the actual parameters was never better than the generic one, and took longer
 * to make than to run: with generic plans a cold check on an on-demand graph of a million
 * relationships went from 1.3 to 0.45 ms, a small page from 0.1 to 0.05 ms.
 */
export const PLAN_BY_INDEX = `
  set enable_seqscan = off;
  set enable_bitmapscan = off;
  set plan_cache_mode = force_generic_plan;
  set jit = off`
