// Floor 1: the schema language. It compiles schema text to a schema or to diagnostics, and answers
// questions that a compiled schema alone decides.

export { isAdmitted, requireAdmitted } from './admission.js'
export { admits, printAllowedType } from './allowed.js'
export { WRITTEN } from './bounds.js'
export type { Caveat, CaveatParameter } from './caveat/index.js'
export { printComment } from './comment.js'
export { compileInSteps, compileSchema } from './compilation.js'
export { dependenciesOf, dependentsOf } from './dependencies.js'
export { derived } from './derived.js'
export { schemaRefusal } from './diagnostic.js'
export { diffInSteps, type SchemaChange } from './diff.js'
export { requireDefinition, requireMember, requireRelation } from './names.js'
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
  PrincipalForm,
  PrincipalKind,
  Role,
  SharedDeclaration,
} from './sharing/declaration.js'
