// Floor 1: the schema language. Text in; a compiled schema or diagnostics out, and what follows from
// a compiled schema alone.

export { isAdmitted, requireAdmitted } from './admission.js'
export { admits, printAllowedType } from './allowed.js'
export type { Caveat, CaveatOutcome, CaveatParameter } from './caveat/index.js'
export { printComment } from './comment.js'
export { type Compilation, compileSchema } from './compilation.js'
export { dependenciesOf, dependentsOf } from './dependencies.js'
export { derived, derivedBytes } from './derived.js'
export { type Diagnostic, type Span, schemaRefusal } from './diagnostic.js'
export { diffSchemas, type SchemaChange } from './diff.js'
export { requireDefinition, requireMember, requireRelation } from './names.js'
export { printSchema } from './printer.js'
export type {
  AllowedType,
  Definition,
  Expression,
  Member,
  MemberId,
  Permission,
  Relation,
  Schema,
} from './schema.js'
export type {
  Adding,
  PrincipalForm,
  PrincipalKind,
  Role,
  ScopeDeclaration,
  ScopeLink,
  SharedDeclaration,
  SharingDeclarations,
} from './sharing/declaration.js'
