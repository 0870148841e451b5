import { HeadwaterError } from '@headwater/base'

/** The codes of this package's errors. */
export type StarterErrorCode =
  /** The name cannot be that of a package and of a service. */
  | 'INVALID_SERVICE_NAME'
  /** An option has a value that it does not take, or is none of this command's. */
  | 'INVALID_STARTER_OPTION'
  /** The folder has something in it; with `force` it is written into all the same. */
  | 'FOLDER_NOT_EMPTY'
  /** The file system refused. */
  | 'CANNOT_WRITE'

/** Why no service was written, or not all of it. */
export class StarterError extends HeadwaterError<StarterErrorCode> {}
