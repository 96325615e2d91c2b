// The metrics of each store that is open on this node: its graph, its cached relationship lists,
// its writer and its watches.

import type { Vitals } from '../../engine/index.js'
import type { Metric } from './metric.js'

const MODES: readonly Vitals['mode'][] = ['resident', 'on-demand']

const toSeconds = (ms: number): number => ms / 1000

export const storeMetrics: readonly Metric<Vitals>[] = [
  {
    name: 'pemba_graph_mode',
    type: 'gauge',
    help:
      'Whether the graph is held in memory (resident) or looked up (on-demand): 1 for the mode ' +
      'it is in',
    label: 'mode',
    read: ({ mode }) => Object.fromEntries(MODES.map(each => [each, Number(each === mode)])),
  },
  {
    name: 'pemba_graph_changeovers_total',
    type: 'counter',
    help:
      'How often the graph outgrew its room, or that of all graphs, and came to be looked up, ' +
      'which was held before',
    read: ({ changeovers }) => changeovers,
  },
  {
    name: 'pemba_graph_crowded_out',
    type: 'gauge',
    help: 'Whether the graph is looked up because the memory for all graphs was short',
    read: ({ isCrowdedOut }) => Number(isCrowdedOut),
  },
  {
    name: 'pemba_graph_answers',
    type: 'gauge',
    help:
      'Whether questions are answered; 0 while the graph is built anew, or when the datastore ' +
      'has lost revisions',
    read: ({ answers }) => Number(answers),
  },
  {
    name: 'pemba_graph_revision',
    type: 'gauge',
    help: 'The newest revision that this node has heard of',
    read: ({ head }) => head,
  },
  {
    name: 'pemba_graph_relationships',
    type: 'gauge',
    help: 'Relationships in memory; absent if they are looked up',
    read: ({ relationships }) => relationships,
  },
  {
    name: 'pemba_graph_bytes',
    type: 'gauge',
    help: 'Memory of the graph by part; absent if it is looked up',
    label: 'part',
    read: ({ bytes }) => bytes,
  },
  {
    name: 'pemba_feed_staleness_seconds',
    type: 'gauge',
    help: 'How long ago the graph was known to be what the datastore has; some seconds are usual',
    read: ({ stalenessMs }) => toSeconds(stalenessMs),
  },
  {
    name: 'pemba_feed_trouble',
    type: 'gauge',
    help: 'Whether the last look for changes failed: the datastore is away',
    read: ({ troubled }) => Number(troubled),
  },
  {
    name: 'pemba_checks_total',
    type: 'counter',
    help:
      'Checks, each of those in bulk too, by what was answered: yes, no, conditional, or ' +
      'refused',
    label: 'outcome',
    read: ({ checks }) => checks,
  },
  {
    name: 'pemba_rows_total',
    type: 'counter',
    help:
      'Rows that questions needed of what is looked up, by where they were found: in this ' +
      'process, in Redis, in replicas, in the datastore',
    label: 'tier',
    read: ({ rows }) =>
      rows === null
        ? null
        : {
            process: rows.hits,
            redis: rows.shared,
            replicas: rows.replicated,
            datastore: rows.loaded - rows.shared - rows.replicated,
          },
  },
  {
    name: 'pemba_redis_rows_rejected_total',
    type: 'counter',
    help:
      'Rows in Redis that were not believed, by why: of another form, forged or moved, no ' +
      'answer to what was asked, or of a history that this node does not know',
    label: 'reason',
    read: ({ rows }) => rows?.rejections ?? null,
  },
  {
    name: 'pemba_row_batches_total',
    type: 'counter',
    help:
      'Batches in which rows that this process lacked were fetched; each is a wait of some ' +
      'questions',
    read: ({ rows }) => (rows === null ? null : rows.batches),
  },
  {
    name: 'pemba_writer_queue',
    type: 'gauge',
    help: 'Writes that wait for a transaction',
    read: ({ writer }) => writer.waiting,
  },
  {
    name: 'pemba_writer_transactions_total',
    type: 'counter',
    help: 'Transactions of writes; one holds many writes when many come at once',
    read: ({ writer }) => writer.transactions,
  },
  {
    name: 'pemba_revisions_written_total',
    type: 'counter',
    help: 'Revisions that this node has written',
    read: ({ writer }) => writer.revisions,
  },
  {
    name: 'pemba_updates_written_total',
    type: 'counter',
    help: 'Relationships created, touched, deleted and imported in them',
    read: ({ writer }) => writer.updates,
  },
  {
    name: 'pemba_watchers',
    type: 'gauge',
    help: 'Watches under way',
    read: ({ watchers }) => watchers,
  },
]
