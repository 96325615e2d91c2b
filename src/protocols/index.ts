// Floor 5.6: the protocols that are served, one a line. None knows of another.

import type { Protocol } from '../http/index.js'
import { pemba } from './pemba/index.js'
import { sharing } from './sharing/index.js'
import { spicedb } from './spicedb/index.js'

export const protocols: readonly Protocol[] = [spicedb, pemba, sharing]
