// Certificates for tests, made by openssl: an authority, and the certificates that it signs.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export interface Certificate {
  /** The paths of PEM files. */
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export class Authority {
  readonly folder: string
  readonly own: Certificate
  #count = 0

  constructor(t: Test) {
    this.folder = mkdtempSync(join(tmpdir(), 'pemba-tls-'))
    t.teardown(() => rmSync(this.folder, { recursive: true, force: true }))
    this.own = this.#make('authority', ['-x509', '-days', '2'])
  }

  /** Signs a certificate of this name that is valid for loopback. */
  sign(name: string): Certificate {
    const authority = ['-x509', '-CA', this.own.certFile, '-CAkey', this.own.keyFile]
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
    const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE']
    return this.#make(name, [...authority, '-days', '2', ...names, ...leaf])
  }

  #make(name: string, args: readonly string[]): Certificate {
    const base = join(this.folder, `${name}-${this.#count++}`)
    const [certFile, keyFile] = [`${base}.pem`, `${base}.key`]
    const files = ['-keyout', keyFile, '-out', certFile, '-subj', `/CN=${name}`]
    execFileSync('openssl', ['req', ...EC, ...args, ...files], { stdio: 'pipe' })
    const [cert, key] = [certFile, keyFile].map(file => readFileSync(file, 'utf8'))
    return { certFile, keyFile, cert, key }
  }
}
