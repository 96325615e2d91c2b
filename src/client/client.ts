// A client of one service: one method a route, requests and answers in terms. Tokens stay texts here:
// a client sends back what it was given.

import { exportRelationships, importRelationships } from './bulk.js'
import { countRelationships, registerCounter, unregisterCounter } from './counters.js'
import { lookupResources, lookupSubjects } from './lookups.js'
import { check, checkBulk, expand, listPermissions } from './permissions.js'
import {
  computablePermissions,
  dependentRelations,
  diffSchema,
  reflectSchema,
} from './reflection.js'
import { deleteRelationships, readRelationships, writeRelationships } from './relationships.js'
import { dryRunSchema, readSchema, writeSchema } from './schema.js'
import {
  changeSharing,
  createShared,
  planRemoval,
  removePrincipal,
  removeShared,
} from './sharing.js'
import { candidates, reach, sheet } from './sheet.js'
import { createStore, deleteStore, listStores, updateStore } from './stores.js'
import { type ClientOptions, Transport } from './transport.js'
import { watch } from './watch.js'

/** Every method rejects with a RemoteError for what the service refuses. */
export type Client = ReturnType<typeof connect>

/** A client of the service at `url`. It connects when it is first asked something. */
export function connect(options: ClientOptions) {
  const transport = new Transport(options)
  return {
    check: check(transport),
    /** One answer or error an item, in their order. */
    checkBulk: checkBulk(transport),
    /** Each permission once, in the order of the schema, with its answer or error. */
    listPermissions: listPermissions(transport),
    /** The tree of those whom a permission or relation names; subject sets are not looked into. */
    expand: expand(transport),
    /** What a subject has a permission on, in the order of ids, each once. */
    lookupResources: lookupResources(transport),
    /** Who has a permission on a resource: the wildcard first, then by id, each once. */
    lookupSubjects: lookupSubjects(transport),

    readRelationships: readRelationships(transport),
    writeRelationships: writeRelationships(transport),
    deleteRelationships: deleteRelationships(transport),
    /**
     * Creates all of them in one revision, or none; they are asked for no faster than the service
     * takes them.
     */
    importRelationships: importRelationships(transport),
    exportRelationships: exportRelationships(transport),
    registerCounter: registerCounter(transport),
    /** Exactly, at the head. */
    countRelationships: countRelationships(transport),
    unregisterCounter: unregisterCounter(transport),

    readSchema: readSchema(transport),
    writeSchema: writeSchema(transport),
    /** Writes nothing; rejects, as a write does, for a text that is no schema. */
    dryRunSchema: dryRunSchema(transport),
    reflectSchema: reflectSchema(transport),
    /** What would change if the schema in force became another one. */
    diffSchema: diffSchema(transport),
    /** What depends on a relation, or on objects of a definition, at any distance. */
    computablePermissions: computablePermissions(transport),
    /** What a permission depends on, at any distance. */
    dependentRelations: dependentRelations(transport),

    ...sharing(transport),

    createStore: createStore(transport),
    updateStore: updateStore(transport),
    listStores: listStores(transport),
    deleteStore: deleteStore(transport),

    /**
     * What happens, each event once, for as long as it is asked for. It connects again by itself, and
     * rejects only for what the service refuses for good.
     */
    watch: watch(transport),

    /** Ends watches, waits for what else is under way, then closes the connections. */
    close: (): Promise<void> => transport.close(),
  }
}

/** Over what the schema says of how things are shared. */
const sharing = (transport: Transport) => ({
  /** Who has access to a resource: a row for each principal as it was granted. */
  sheet: sheet(transport),
  /** Whom the actor may add to the sheet, and in which roles. */
  candidates: candidates(transport),
  /** All changes in one revision, or none; what they added and removed. */
  changeSharing: changeSharing(transport),
  /** Shares a new resource as the schema says. */
  createShared: createShared(transport),
  /** All relationships of a resource, in both directions. */
  removeShared: removeShared(transport),
  /** All that a person or a group has in a scope. */
  removePrincipal: removePrincipal(transport),
  /** What `removePrincipal` would take; it takes nothing. */
  planRemoval: planRemoval(transport),
  /** What a person has access to, and by which grants. */
  reach: reach(transport),
})
