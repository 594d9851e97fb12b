;; the upper half of a product comes of four products
;;
;;   mulhu a0, a1, a2
;;   mulh a3, a1, a2
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $a2 (i64.load $X[12]))
(local.set $a3 (i64.load $X[13]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (local.set $scratch0 (local.get $a1))
      (local.set $scratch1 (local.get $a2))
      (local.set $scratch2
        (i64.add
          (i64.mul
            (i64.shr_u (local.get $scratch0) (i64.const 32))
            (i64.and (local.get $scratch1) (i64.const 4294967295)))
          (i64.shr_u
            (i64.mul
              (i64.and (local.get $scratch0) (i64.const 4294967295))
              (i64.and (local.get $scratch1) (i64.const 4294967295)))
            (i64.const 32))))
      (local.set $a0
        (i64.add
          (i64.add
            (i64.mul
              (i64.shr_u (local.get $scratch0) (i64.const 32))
              (i64.shr_u (local.get $scratch1) (i64.const 32)))
            (i64.shr_u (local.get $scratch2) (i64.const 32)))
          (i64.shr_u
            (i64.add
              (i64.mul
                (i64.and (local.get $scratch0) (i64.const 4294967295))
                (i64.shr_u (local.get $scratch1) (i64.const 32)))
              (i64.and (local.get $scratch2) (i64.const 4294967295)))
            (i64.const 32))))
      (local.set $scratch0 (local.get $a1))
      (local.set $scratch1 (local.get $a2))
      (local.set $scratch2
        (i64.add
          (i64.mul
            (i64.shr_u (local.get $scratch0) (i64.const 32))
            (i64.and (local.get $scratch1) (i64.const 4294967295)))
          (i64.shr_u
            (i64.mul
              (i64.and (local.get $scratch0) (i64.const 4294967295))
              (i64.and (local.get $scratch1) (i64.const 4294967295)))
            (i64.const 32))))
      (local.set $a3
        (i64.sub
          (i64.sub
            (i64.add
              (i64.add
                (i64.mul
                  (i64.shr_u (local.get $scratch0) (i64.const 32))
                  (i64.shr_u (local.get $scratch1) (i64.const 32)))
                (i64.shr_u (local.get $scratch2) (i64.const 32)))
              (i64.shr_u
                (i64.add
                  (i64.mul
                    (i64.and (local.get $scratch0) (i64.const 4294967295))
                    (i64.shr_u (local.get $scratch1) (i64.const 32)))
                  (i64.and (local.get $scratch2) (i64.const 4294967295)))
                (i64.const 32)))
            (i64.and (i64.shr_s (local.get $scratch0) (i64.const 63)) (local.get $scratch1)))
          (i64.and (i64.shr_s (local.get $scratch1) (i64.const 63)) (local.get $scratch0))))
      (local.set $code (i32.const 1025))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[10] (local.get $a0))
(i64.store $X[13] (local.get $a3))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
