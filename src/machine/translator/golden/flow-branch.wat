;; both ways of a branch, joined again
;;
;;   beq a0, a1, else
;;   addi a2, a2, 1
;;   j end
;;   else: addi a2, a2, 2
;;   end: xor a3, a3, a2
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
      block $5
        block $6
          (local.set $left (i32.sub (local.get $left) (i32.const 3)))
          (i64.eq (local.get $a0) (local.get $a1))
          if $7
            (local.set $left (i32.add (local.get $left) (i32.const 2)))
            (br $6)
          end
          (local.set $a2 (i64.add (local.get $a2) (i64.const 1)))
          (br $5)
        end
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (local.set $a2 (i64.add (local.get $a2) (i64.const 2)))
        (br $5)
      end
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (local.set $a3 (i64.xor (local.get $a3) (local.get $a2)))
      (local.set $code (i32.const 2561))
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
(i64.store $X[12] (local.get $a2))
(i64.store $X[13] (local.get $a3))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
