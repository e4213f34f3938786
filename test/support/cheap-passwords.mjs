/**
 * Loaded into the servers of the tests: hashes of passwords that cost a thousandth. The tests sign in hundreds of times, and the
 * real cost, which its own tests hold, is made to take long.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const { scrypt } = crypto;
crypto.scrypt = (password, salt, length, options, done) => scrypt(password, salt, length, { ...options, N: 16 }, done);
syncBuiltinESMExports();
