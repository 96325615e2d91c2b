// Floor 5.8: what a process gets from its surroundings: files that change while it runs, and sockets.

export { readAllKeys } from './keyFile.js'
export { pathsOf, readTls } from './tlsFiles.js'
export { listenAt } from './unixSocket.js'
export { WatchedFiles } from './watchedFiles.js'
