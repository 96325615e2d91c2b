// The client of one service. It has one method for each route, with calls and answers in terms.
// Tokens are opaque texts, which a client only sends back.

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

/** A client. Every method rejects with a RemoteError for a refusal of the service. */
export type Client = ReturnType<typeof connect>

/** Returns a client of the service at `url`. It connects at the first call. */
export function connect(options: ClientOptions) {
  const transport = new Transport(options)
  return {
    check: check(transport),
    /** Checks many items. There is one answer or error for each, in the order of items. */
    checkBulk: checkBulk(transport),
    /** Lists each permission once, in the order of the schema, with its answer or error. */
    listPermissions: listPermissions(transport),
    /** Returns the tree of subjects of a permission or relation. Subject sets stay as they are. */
    expand: expand(transport),
    /** Finds the resources on which a subject has a permission, in the order of ids, each once. */
    lookupResources: lookupResources(transport),
    /** Finds the subjects with a permission: the wildcard first, then by id, each once. */
    lookupSubjects: lookupSubjects(transport),

    readRelationships: readRelationships(transport),
    writeRelationships: writeRelationships(transport),
    deleteRelationships: deleteRelationships(transport),
    /**
     * Creates all relationships in one revision, or none. They are read no faster than the service
     * accepts them.
     */
    importRelationships: importRelationships(transport),
    exportRelationships: exportRelationships(transport),
    registerCounter: registerCounter(transport),
    /** Counts exactly, at the head. */
    countRelationships: countRelationships(transport),
    unregisterCounter: unregisterCounter(transport),

    readSchema: readSchema(transport),
    writeSchema: writeSchema(transport),
    /** Finds what a write would change. It rejects, like a write, for a text that is no schema. */
    dryRunSchema: dryRunSchema(transport),
    reflectSchema: reflectSchema(transport),
    /** Compares the schema in force with another one. */
    diffSchema: diffSchema(transport),
    /** Lists all that depends on a relation, or on objects of a definition, also indirectly. */
    computablePermissions: computablePermissions(transport),
    /** Lists all that a permission depends on, also indirectly. */
    dependentRelations: dependentRelations(transport),

    ...sharing(transport),

    createStore: createStore(transport),
    updateStore: updateStore(transport),
    listStores: listStores(transport),
    deleteStore: deleteStore(transport),

    /**
     * Reports changes, each event once, until the iteration ends. It reconnects by itself, and
     * rejects only for a permanent refusal of the service.
     */
    watch: watch(transport),

    /** Ends watches, waits for all other requests, then closes the connections. */
    close: (): Promise<void> => transport.close(),
  }
}

/** The methods of sharing, which follow the sharing declaration in the schema. */
const sharing = (transport: Transport) => ({
  /** Lists who has access to a resource, with a row for each principal that has a grant. */
  sheet: sheet(transport),
  /** Lists the principals that the actor may add to the sheet, and the roles for each. */
  candidates: candidates(transport),
  /** Makes all changes in one revision, or none. Returns the grants added and removed. */
  changeSharing: changeSharing(transport),
  /** Shares a new resource as the schema declares. */
  createShared: createShared(transport),
  /** Deletes all relationships of a resource, in both directions. */
  removeShared: removeShared(transport),
  /** Deletes all relationships of a person or a group in a scope. */
  removePrincipal: removePrincipal(transport),
  /** Lists the relationships that `removePrincipal` would delete, and deletes nothing. */
  planRemoval: planRemoval(transport),
  /** Lists the resources that a person has access to, and the grants that give it. */
  reach: reach(transport),
})
