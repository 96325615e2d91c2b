// The steps of a script for SpiceDB's HTTP gateway that ask about the schema, by the current and
// the older paths.

import { ask, FULL, SCHEMA, type Step, TOKEN } from './step.js'

export const reflecting: readonly Step[] = [
  ...['/v1/schema/reflectschema', '/v1/experimental/reflectschema'].map(path =>
    ask(
      `the parts of the schema: ${path}`,
      path,
      { ...FULL, optionalFilters: [{ optionalDefinitionNameFilter: 'gro' }] },
      {
        definitions: [
          {
            name: 'group',
            comment: '',
            relations: [
              {
                name: 'member',
                parentDefinitionName: 'group',
                subjectTypes: [
                  { subjectDefinitionName: 'user', isTerminalSubject: true },
                  { subjectDefinitionName: 'group', optionalRelationName: 'member' },
                ],
              },
            ],
            permissions: [],
          },
        ],
        caveats: [],
        readAt: TOKEN,
      },
    ),
  ),
  ask(
    'a caveat',
    '/v1/schema/reflectschema',
    { optional_filters: [{ optional_caveat_name_filter: 'on_' }] },
    {
      definitions: [],
      caveats: [
        {
          name: 'on_day',
          parameters: [{ name: 'day', type: 'string', parentCaveatName: 'on_day' }],
          expression: /day == "tuesday"/,
        },
      ],
    },
  ),
  ...['/v1/schema/diffschema', '/v1/experimental/diffschema'].map(path =>
    ask(
      `what another schema adds: ${path}`,
      path,
      { ...FULL, comparisonSchema: `${SCHEMA}\ndefinition page {}` },
      { diffs: [{ definitionAdded: { name: 'page', relations: [] } }], readAt: TOKEN },
    ),
  ),
  ...['/v1/schema/permissions/computable', '/v1/experimental/permissions/computable'].map(path =>
    ask(
      `what is computed from a relation: ${path}`,
      path,
      { ...FULL, definitionName: 'document', relationName: 'owner' },
      {
        permissions: [
          { definitionName: 'document', relationName: 'edit', isPermission: true },
          { definitionName: 'document', relationName: 'view', isPermission: true },
        ],
        readAt: TOKEN,
      },
    ),
  ),
  ...['/v1/schema/permissions/dependent', '/v1/experimental/permissions/dependent'].map(path =>
    ask(
      `what a permission depends on: ${path}`,
      path,
      { ...FULL, definitionName: 'document', permissionName: 'edit' },
      {
        relations: [{ definitionName: 'document', relationName: 'owner', isPermission: false }],
        readAt: TOKEN,
      },
    ),
  ),
]
