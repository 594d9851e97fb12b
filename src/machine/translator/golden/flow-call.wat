;; a small function stands in place of its call, its return is a comparison
;;
;;   loop: jal ra, double
;;   addi a1, a1, -1
;;   bnez a1, loop
;;   ecall
;;   double: add a0, a0, a0
;;   ret

(local.set $ra (i64.load $X[1]))
(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
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
      loop $5
        block $6
          (i32.lt_s (local.get $left) (i32.const 5))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $left (i32.sub (local.get $left) (i32.const 3)))
          (local.set $ra (i64.add (local.get $base) (i64.const 4)))
          (local.set $a0 (i64.add (local.get $a0) (local.get $a0)))
          (local.set $pc (i64.add (local.get $ra) (i64.const 0)))
          (i64.eq (local.get $pc) (i64.add (local.get $base) (i64.const 4)))
          if $7
            (br $6)
          end
          (local.set $jump (i32.const 20))
          block $8
            block $9
              (br_if $8
                (i64.ge_u
                  (local.tee $address
                    (i64.sub (local.get $pc) (i64.add (local.get $base) (i64.const 4))))
                  (i64.const 2)))
              (br_table $9 $8 (i32.shr_u (i32.wrap_i64 (local.get $address)) (i32.const 1)))
            end
            (br $6)
          end
          (br $2)
        end
        (local.set $left (i32.sub (local.get $left) (i32.const 2)))
        (local.set $a1 (i64.add (local.get $a1) (i64.const -1)))
        (i32.eqz (i64.eqz (local.get $a1)))
        if $10
          (local.set $left (i32.add (local.get $left) (i32.const 0)))
          (br $5)
        end
        (local.set $code (i32.const 1537))
        (br $3)
      end
      (unreachable)
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
(i64.store $X[1] (local.get $ra))
(i64.store $X[10] (local.get $a0))
(i64.store $X[11] (local.get $a1))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
